"""A new article: its text read, cut into passages, and searched for what a person will want to decide on."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from evaluation.drafting import measure, proposals
from stancegraph.coding import parser, syntax
from stancegraph.coding.article import Article
from stancegraph.drafting import loaders
from stancegraph.drafting.attribution import find_quotations, find_reported_statements
from stancegraph.drafting.citations import find_citations
from stancegraph.drafting.dates import find_dates
from stancegraph.drafting.gazetteer import Gazetteer, Mention
from stancegraph.errors import DataError, ExternalError
from stancegraph.sparql.engine import Oxigraph
from stancegraph.text import Layout, digest
from stancegraph.workspace.folders import Workspace
from tests.conftest import ARTICLE, ROOT, Run, no_traceback

pytestmark = pytest.mark.oldest

DAY = datetime.date(2012, 7, 5)
SECOND = ROOT / "tests" / "examples" / "second" / "polar-routes.md"


@pytest.mark.parametrize(
    ("words", "earliest", "latest"),
    [
        ("on July 4", "2012-07-04", "2012-07-04"),
        ("last November", "2011-11-01", "2011-11-30"),
        ("last July", "2011-07-01", "2011-07-31"),
        ("in November 2011", "2011-11-01", "2011-11-30"),
        ("in September", "2011-09-01", "2011-09-30"),
        ("late 2008", "2008-09-01", "2008-12-31"),
        ("in 2007", "2007-01-01", "2007-12-31"),
        ("April 19, 2012", "2012-04-19", "2012-04-19"),
        ("5 June 2011", "2011-06-05", "2011-06-05"),
        ("last year", "2011-01-01", "2011-12-31"),
        ("2012-02-29", "2012-02-29", "2012-02-29"),
    ],
)
def test_a_date_lies_between_days(words: str, earliest: str, latest: str) -> None:
    (found,) = find_dates(words, DAY)
    assert (found.earliest.isoformat(), found.latest.isoformat()) == (earliest, latest)
    assert found.basis


@pytest.mark.parametrize("words", ["they may march", "June 31, 2011", "2012-02-30", "flight 20123", "a Mayor"])
def test_what_is_no_date_is_none(words: str) -> None:
    assert list(find_dates(words, DAY)) == []


def test_without_the_day_of_the_article_only_whole_dates_are_resolved() -> None:
    assert [one.text for one in find_dates("July 4, then May 2, 2011, last year", None)] == ["May 2, 2011"]


def test_citations_in_parentheses_are_told_apart() -> None:
    text = "It grew (Xinhua, September 17, 2011; November 23, 2010). A body (PLA) met (NATO.int, February 15, May 2)."
    found = [
        (one.publisher, one.date.earliest.isoformat(), text[one.start : one.end]) for one in find_citations(text, DAY)
    ]
    assert found == [
        ("Xinhua", "2011-09-17", "September 17, 2011"),
        ("Xinhua", "2010-11-23", "November 23, 2010"),
        ("NATO.int", "2012-02-15", "February 15"),
        ("NATO.int", "2012-05-02", "May 2"),
    ], "a date alone is of the publisher before it"


def mentions(text: str, *names: str) -> list[Mention]:
    return sorted(
        (Mention(name, text.index(name), text.index(name) + len(name), (f"urn:{name}",)) for name in names),
        key=lambda one: one.start,
    )


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("China fears that NATO stays.", ["China", "NATO"], [("fear", "Fears", "China")]),
        ("According to Xinhua, NATO left.", ["Xinhua", "NATO"], [("according to", None, "Xinhua")]),
        ("“We stay,” said Karpov.", ["Karpov"], [("say", None, "Karpov")]),
        ("The report of China was long.", ["China"], []),
        ("the cutting remark of Ma Xiaotian", ["Ma Xiaotian"], [("remark of", None, "Ma Xiaotian")]),
        ("China denied it and NATO “warned” nobody.", ["China", "NATO"], [("deny", "Denies", "China")]),
        ("Norland's harbours told nothing.", ["Norland"], [("tell", None, None)]),
        ("Solheim thanked Karpov's crew and warned Lin.", ["Solheim", "Karpov"], [("warn", "Warns", "Solheim")]),
        ("Commanders of NATO worry.", ["NATO"], [("worry", "IsConcerned", None)]),
        ("Norland needs ships to support the port.", ["Norland"], []),
        ("Norland gave limited support.", ["Norland"], []),
        ("Ships thought to be lost came back to Norland.", ["Norland"], []),
        ("Norland\u2019s deep concern is ice.", ["Norland"], [("concern", "IsConcerned", "Norland")]),
        ("Chinese hopes were small.", ["Chinese"], [("hope", "Hopes", "Chinese")]),
        ("Norland remains rather wary.", ["Norland"], [("wary", "Suspects", "Norland")]),
        ("The wary captain of Norland slept.", ["Norland"], []),
    ],
)
def test_words_of_saying_hoping_and_fearing_are_somebodys(
    text: str, names: list[str], expected: list[tuple[str, str | None, str]]
) -> None:
    found = find_reported_statements(text, mentions(text, *names))
    assert [(one.verb, one.attitude, one.speaker.text if one.speaker else None) for one in found] == expected


def test_a_quotation_has_a_probable_speaker() -> None:
    text = "Karpov warned Solheim that reports “draw a map for others” (Harbour Times, March 8)."
    named = mentions(text, "Karpov", "Solheim")
    (found,) = find_quotations(text, named, find_reported_statements(text, named))
    assert (found.text, found.speaker) == ("draw a map for others", named[0])


def test_who_says_it_goes_before_who_is_said_to_want_it() -> None:
    text = "Karpov told reporters that Norland supports “clear rules” (Harbour Times, March 8)."
    named = mentions(text, "Karpov", "Norland")
    (found,) = find_quotations(text, named, find_reported_statements(text, named))
    assert found.speaker == named[0]


def test_a_pronoun_stands_for_who_spoke_before() -> None:
    text = "It fears ice. In their view, Norland sleeps."
    (named,) = mentions(text, "Norland")
    karpov = Mention("Karpov", 0, 6, ("urn:Karpov",))
    assert [(one.verb, one.speaker) for one in find_reported_statements(text, [named], karpov)] == [
        ("fear", karpov),
        ("view", karpov),
    ]


def test_reporting_verbs_show_attitudes_of_the_vocabulary() -> None:
    """Each form is of one cue of its kind, and each attitude is a concept."""
    table = files("stancegraph").joinpath("drafting", "reporting_verbs.tsv").read_text(encoding="utf-8").splitlines()
    verbs = [line.split("\t") for line in table if not line.startswith("#")]
    vocabulary = (ROOT / "data" / "vocabulary" / "attitudes.ttl").read_text(encoding="utf-8")
    forms = Counter((kind, form) for kind, told, _ in verbs for form in told.split())
    assert len(verbs) > 100
    assert {kind for kind, _, _ in verbs} == {"verb", "noun", "adjective"}
    assert not [form for form, number in forms.items() if number > 1]
    assert not [attitude for _, _, attitude in verbs if attitude and f"attitude:{attitude} a " not in vocabulary]


def test_a_name_that_two_things_have_is_left_open_and_an_unknown_one_is_told(engine: Oxigraph) -> None:
    gazetteer = Gazetteer.from_engine(engine)
    doc = gazetteer.tokenise("Afghanistan and the Polar Forum spoke with NATO in Brussels.")
    found = {one.text: one.things for one in gazetteer.find_mentions(doc)}
    assert len(found["Afghanistan"]) == 2, "the state and the issue"
    assert len(found["NATO"]) == 1
    assert [one.text for one in gazetteer.find_unknown_names(doc, gazetteer.find_mentions(doc))] == ["Polar Forum"]


class WithoutItsText:
    """The tokens of a document that refuses to put its whole text together, which takes as long as it is long."""

    def __init__(self, doc: Any) -> None:
        self._doc = doc

    def __iter__(self) -> Iterator[Any]:
        return iter(self._doc)

    def __getitem__(self, place: int | slice) -> Any:
        return self._doc[place]


def test_names_are_found_without_the_text_being_put_together_for_each() -> None:
    gazetteer = Gazetteer({"Norland": ("actor:Norland",)})
    text = "The Polar Forum met in Norland, where the Court of Auditors spoke, and Anna Berg."
    doc: Any = WithoutItsText(gazetteer.tokenise(text))
    names = list(gazetteer.find_unknown_names(doc, []))
    assert [name.text for name in names] == ["Polar Forum", "Norland", "Court of Auditors", "Anna Berg"]
    assert [text[name.start : name.end] for name in names] == [name.text for name in names]


HTML = """<html><head><style>p {}</style><title>x</title></head><body><nav><p>Menu</p></nav><article><h1>A title</h1>
<p>First <b>sentence</b>.\nSecond.</p><figure><figcaption>A picture</figcaption></figure><h2>Part</h2>
<ul><li>An item</li></ul><h2>Notes</h2><ol><li>A note</li></ol><script>x()</script></article>
<footer><p>All rights</p></footer></body></html>"""
MARKDOWN = "# A title\n\nFirst *sentence*.\nSecond.\n\n## Part\n\n- An item\n\n## Notes\n\n1. A note\n"
LINES = ["A title", "First sentence. Second.", "Part", "An item", "Notes", "A note"]


@pytest.mark.parametrize(("name", "content"), [("a.html", HTML), ("a.md", MARKDOWN)])
def test_pages_and_markdown_become_lines_of_known_kinds(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    source = loaders.read(tmp_path / name)
    lines = {number: line for number, line in enumerate(source.text.split("\n"), 1) if line}
    assert [line for line in lines.values() if line != "A picture"] == LINES
    kinds = {lines[number]: kind for number, kind in source.kinds.items()}
    caption = {"A picture": "caption"} if name == "a.html" else {}
    assert kinds == {"A title": "title", "Part": "heading", "Notes": "heading", "A note": "note"} | caption
    assert source.title == "A title"


def test_a_pdf_becomes_paragraphs(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    words = b"BT /F1 12 Tf 72 720 Td (A sentence that is long enough to go on in the) Tj 0 -14 Td (next line.) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(words), words),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Root 1 0 R /Size 6 >>\nstartxref\n%d\n%%%%EOF" % len(body)
    file.write_bytes(body + b"xref\n0 6\n0000000000 65535 f \n" + table + end)
    assert loaders.read(file).text == "A sentence that is long enough to go on in the next line.\n"
    file.write_bytes(b"%PDF-1.4 nonsense")
    with pytest.raises(DataError, match="not a PDF"):
        loaders.read(file)


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(DataError, match="not UTF-8"):
        loaders.read(tmp_path / "a.txt")
    with pytest.raises(ExternalError):
        loaders.read(tmp_path / "nowhere.txt")


def draft(run: Callable[..., Run], copy: Path, text: Path, *more: str) -> Run:
    return run(
        "--workspace", str(copy), "article", "new", str(text), "--id", "polar-routes", "--date", "2014-03-10", *more
    )


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """The second text, at a place where its plain form may be kept beside it."""
    place = tmp_path / "polar-routes.md"
    place.write_bytes(SECOND.read_bytes())
    return place


@pytest.mark.long
def test_a_draft_is_whole_and_says_nothing_that_nobody_agreed_to(
    copy: Path, run: Callable[..., Run], text: Path
) -> None:
    done = draft(run, copy, text, "--publisher", "The Northern Observer")
    assert done.status == 0, done.err
    folder = copy / "data" / "articles" / "polar-routes"
    assert {path.name for path in folder.iterdir()} == {"coding.txt", "layout.toml", "passages.ttl"}
    plain = text.with_suffix(".txt").read_text(encoding="utf-8")
    assert Layout.read(folder / "layout.toml").sha256 == digest(plain)
    sheet = (folder / "coding.txt").read_text(encoding="utf-8")
    parsed = parser.parse(sheet)
    assert parsed.problems == []
    assert {record.kind for record in parsed.records()} == {"media-outlet", "time", "publication", "passage"}
    assert "#? says Report > pub:norland-gazette-2014-03-04: Report via norland-gazette-2014-03-04 > " in sheet
    sentences = [line for line in plain.split("\n")[1:] if len(line) > 60]
    assert sentences
    assert not [line for line in sentences if line in sheet], "the text is not kept"
    article = Article(Workspace(copy), "polar-routes")
    assert {one.rule for one in article.check()} == {"uncovered-passage"}
    again = draft(run, copy, text)
    assert (again.status, "already exists" in again.err) == (2, True)


@pytest.mark.long
def test_every_proposal_is_a_record_once_it_is_agreed_to(copy: Path, run: Callable[..., Run], text: Path) -> None:
    draft(run, copy, text)
    sheet = (copy / "data" / "articles" / "polar-routes" / "coding.txt").read_text(encoding="utf-8")
    agreed = "\n".join(line.removeprefix("#? ") for line in sheet.splitlines())
    parsed = parser.parse(agreed)
    assert parsed.problems == []
    assert sum(isinstance(item, syntax.AttributionChain) for item in parsed.items) > 100
    assert len([record for record in parsed.records() if record.kind == "citation"]) == 13


@pytest.mark.long
def test_what_is_asked_must_make_sense(copy: Path, run: Callable[..., Run], text: Path, tmp_path: Path) -> None:
    where = ("--workspace", str(copy), "article", "new", str(text))
    for wrong in (["--id", "A B"], ["--id", "x", "--date", "soon"], ["--id", "x/y"]):
        done = run(*where, *wrong)
        no_traceback(done)
        assert done.status == 2, wrong
    empty = tmp_path / "empty.txt"
    empty.write_text("\n", encoding="utf-8")
    assert run("--workspace", str(copy), "article", "new", str(empty), "--id", "x", "--title", "T").status == 1
    assert not (copy / "data" / "articles" / "x").exists()
    assert not [path for path in (copy / "data" / "articles").iterdir() if path.name.startswith(".")]


def test_how_good_proposals_are_on_the_article_that_ships(engine: Oxigraph, article_text: Path) -> None:
    layout = Layout.read(ROOT / "data" / "articles" / ARTICLE / "layout.toml")
    found = measure(engine, ARTICLE, proposals(engine, article_text.read_text(encoding="utf-8"), layout, DAY))
    assert found["citations"].precision > 0.9
    assert found["citations"].recall > 0.9
    assert found["dates"].recall > 0.9
    assert found["quotations"].recall > 0.9
    assert found["mentions"].precision > 0.75
    assert found["mentions"].recall > 0.6
    assert found["mentions of metonyms"].recall > 0.75
    assert found["voices"].precision > 0.7
    assert found["voices"].recall > 0.4


@pytest.mark.long
def test_a_folder_is_drafted_in_parallel_and_goes_on_where_it_broke_off(
    copy: Path, run: Callable[..., Run], tmp_path: Path
) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for number in range(6):
        told = (
            f"Title {number}\n\nNATO said on July {number + 1} that China fears a delay (Xinhua, July {number + 1}).\n"
        )
        (folder / f"2012-07-1{number}-text-{number}.txt").write_text(told, encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nonsense")
    (folder / "picture.png").write_bytes(b"x")
    where = ("--workspace", str(copy), "article", "batch", str(folder), "--publisher", "Xinhua")
    first = run(*where)
    no_traceback(first)
    assert first.status == 1, "one of them failed"
    assert "6 drafted, 0 skipped, 1 failed" in first.err
    assert "broken.pdf: " in first.err
    sheet = copy / "data" / "articles" / "2012-07-13-text-3" / "coding.txt"
    passages = sheet.with_name("passages.ttl").read_text(encoding="utf-8")
    assert "kind:Sentence" in passages, "the processes know the prefixes of the workspace"
    assert "published: time:2012-07-13-text-3" in sheet.read_text(encoding="utf-8")
    assert "citation xinhua-2012-07-04" in sheet.read_text(encoding="utf-8")
    sheet.write_text("# edited meanwhile\n", encoding="utf-8")
    (folder / "broken.pdf").unlink()
    (folder / "another.md").write_text("# Another\n\nNATO said nothing.\n", encoding="utf-8")
    again = run(*where)
    assert again.status == 0
    assert "1 drafted, 6 skipped, 0 failed" in again.err
    assert sheet.read_text(encoding="utf-8") == "# edited meanwhile\n"
    (folder / "Another!.txt").write_text("Another\n\nText.\n", encoding="utf-8")
    clash = run(*where)
    assert (clash.status, "would both become the article 'another'" in clash.err) == (2, True)
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run("--workspace", str(copy), "article", "batch", str(empty)).status == 2
