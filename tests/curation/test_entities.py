"""Entities are merged and split, and every reference follows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, RdfFormat, parse
from starlette.testclient import TestClient

from stancegraph.coding.article import Article
from stancegraph.curation import merging
from stancegraph.errors import DataError
from stancegraph.linking import sssom
from stancegraph.pipeline import building
from stancegraph.rdf.namespaces import ID
from stancegraph.rdf.turtle_edits import replace_iri, statements
from stancegraph.web.application import application
from stancegraph.web.backend.service import Service
from stancegraph.web.backend.task import Limits
from stancegraph.workspace import scaffold
from stancegraph.workspace.folders import Workspace
from tests.conftest import ARTICLE, Run, no_traceback

pytestmark = pytest.mark.oldest

SG = "PREFIX sg: <https://w3id.org/stancegraph/ontology#> PREFIX actor: <https://w3id.org/stancegraph/id/actor/> "


@pytest.fixture
def go(copy: Path, run: Callable[..., Run]) -> Callable[..., Run]:
    """Run a command on a workspace in which China is there twice, as Peking, too: linked, named and spoken of."""

    def do(*arguments: str) -> Run:
        return run("--workspace", str(copy), *arguments)

    actors = copy / "data" / "entities" / "actors.ttl"
    text = actors.read_text(encoding="utf-8")
    peking = """
actor:Peking a sg:State ;
    rdfs:label "Peking"@en ; # actor:Peking in a comment
    skos:altLabel "Red China, e.g. actor:Peking"@en ;
    sg:latitude 39.9 .
"""
    actors.write_text(text + peking, encoding="utf-8")
    facts = copy / "data" / "articles" / ARTICLE / "facts.ttl"
    words = facts.read_text(encoding="utf-8")
    assert words.count("sg:holder    actor:China ;") > 5
    facts.write_text(words.replace("sg:holder    actor:China ;", "sg:holder    actor:Peking ;", 3), encoding="utf-8")
    links = copy / "data" / "links" / "eu-authority.sssom.tsv"
    links.write_text(links.read_text(encoding="utf-8").replace("actor:China\t", "actor:Peking\t"), encoding="utf-8")
    return do


def count(go: Callable[..., Run], name: str) -> int:
    stated = "FILTER(!CONTAINS(STR(?g), 'inferred'))"
    asked = f"{SG}SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH ?g {{ ?s ?p actor:{name} }} {stated} }}"
    return int(go("sparql", asked, "--format", "csv").out.splitlines()[1])


@pytest.mark.long
def test_two_that_are_one_are_merged_and_everything_follows(copy: Path, go: Callable[..., Run]) -> None:
    (copy / "data" / "articles" / ARTICLE / "coding.txt").write_text(Article(Workspace(copy), ARTICLE).show(), "utf-8")
    assert "Peking" in (copy / "data" / "articles" / ARTICLE / "coding.txt").read_text(encoding="utf-8")
    done = go("entity", "merge", "https://w3id.org/stancegraph/id/actor/Peking", "actor:China")
    assert done.status == 0, done.err
    assert "not taken over from actor:Peking: sg:latitude" in done.err, "what the two contradict each other in is told"
    assert go("validate").status == 0
    assert go("build").status == 0
    assert count(go, "Peking") == 0
    told = go("show", "Peking").out
    assert told.startswith("China actor:China"), "its name is an alias now"
    former = go("sparql", f"{SG}SELECT ?old WHERE {{ actor:China sg:formerIri ?old }}", "--format", "csv").out
    assert "https://w3id.org/stancegraph/id/actor/Peking" in former
    assert go("show", "actor:Peking").out == told, "its old name is understood"
    asked = ("ask", "stances-of-actor", "--actor")
    assert go(*asked, "actor:Peking").out == go(*asked, "actor:China").out != ""
    text = (copy / "data" / "entities" / "actors.ttl").read_text(encoding="utf-8")
    assert "actor:Peking a sg:State" not in text
    assert '"Red China, e.g. actor:Peking"@en' in text, "words are no references"
    rows = sssom.read(copy / "data" / "links" / "eu-authority.sssom.tsv").mappings
    assert [row.object_id for row in rows if row.subject_id == "actor:China"] == ["eu-authority:country/CHN"]
    sheet = Article(Workspace(copy), ARTICLE)
    assert {str(one) for one in sheet.compile().triples} == {str(one) for one in sheet.compile(sheet.show()).triples}


def test_names_in_a_file_beside_follow_an_entity_that_is_merged(copy: Path) -> None:
    entities = copy / "data" / "entities"
    names = entities / "state-names.ttl"
    before = names.read_text(encoding="utf-8")
    with (entities / "actors.ttl").open("a", encoding="utf-8") as file:
        file.write('\nactor:Peking a sg:State ;\n    rdfs:label "Peking"@en .\n')
    names.write_text(f'{before}\nactor:Peking rdfs:label "Pékin"@fr .\n', encoding="utf-8")
    actor = f"{ID}actor/"
    changes = merging.merge(Workspace(copy), f"{actor}Peking", f"{actor}China")
    assert (changes.contents[names] or b"").decode("utf-8").rstrip() == before.rstrip()
    actors = (changes.contents[entities / "actors.ttl"] or b"").decode("utf-8")
    assert '"Peking"@en , "Pékin"@fr .' in actors


@pytest.mark.long
def test_one_that_is_two_is_split(copy: Path, go: Callable[..., Run]) -> None:
    before = (copy / "data" / "entities" / "actors.ttl").read_text(encoding="utf-8")
    claim = f"https://w3id.org/stancegraph/id/claim/{ARTICLE}/china-wonders-why-nato"
    done = go("entity", "split", "actor:China", "actor:ChineseState", "--label", "the Chinese state", "--claim", claim)
    assert done.status == 0, done.err
    after = (copy / "data" / "entities" / "actors.ttl").read_text(encoding="utf-8")
    assert after.startswith(before.rstrip()), "what a person wrote stays as it was"
    assert 'actor:ChineseState a sg:State ;\n    rdfs:label "the Chinese state"@en .' in after
    facts = (copy / "data" / "articles" / ARTICLE / "facts.ttl").read_text(encoding="utf-8")
    start = facts.index(":china-wonders-why-nato a sg:Stance")
    assert "actor:ChineseState" in facts[start : facts.index(" .\n", start)]
    assert facts.count("actor:ChineseState") == facts[start : facts.index(" .\n", start)].count("actor:ChineseState")


WORDS = [
    "'A word. And \"more\" . Then'",
    "'''Two\nlines . 'quoted' .\n'''",
    '"""Three "quotes" . \'\n"""',
    '"One \\" . more"',
    "'Its \\' . end'@en",
    '"x"^^<http://example.org/a.b>',
    "3.5 , 4 , 1e-3",
    '"a # b . c" # d . e\n   ',
]


@pytest.mark.parametrize("words", WORDS)
def test_a_split_finds_the_end_of_a_claim_whatever_it_says(tmp_path: Path, run: Callable[..., Run], words: str) -> None:
    scaffold.create_workspace(tmp_path / "w")
    facts = tmp_path / "w" / "data" / "articles" / "example" / "facts.ttl"
    text = facts.read_text(encoding="utf-8")
    claim = f""":Dread a sg:Stance ;
    rdfs:label "Rudolf dreads Ruritania."@en ;
    sg:holder  :Ruritania ;
    skos:note  {words} ;
    sg:target  :Ruritania .

:Pact skos:note "after it" ; sg:policyOf :Ruritania."""
    facts.write_text(f"{text}\n{claim}\n", encoding="utf-8")
    named = ("--label", "the South", "--claim", "Rudolf dreads Ruritania.")
    done = run("--workspace", str(tmp_path / "w"), "entity", "split", "Ruritania", "actor:South", *named)
    assert done.status == 0, done.err
    after = facts.read_text(encoding="utf-8")
    assert after.startswith(text), "all else stays as it was"
    south = "<https://w3id.org/stancegraph/id/actor/South>"
    for field in ("sg:holder  ", "sg:target  "):
        claim = claim.replace(f"{field}:Ruritania", f"{field}{south}")
    assert claim in after


def test_statements_and_names_are_those_of_the_grammar() -> None:
    """Each statement begins with its subject and ends with its stop, wherever stops and names stand otherwise."""
    text = r"""@prefix a.b: <http://example.org/> . # a:b .
PREFIX : <http://example.org/c#>
@base <http://example.org/base/> .
a.b:one :p 'x . y', '''z .
.''', "a:b"@en-GB, 1.5, .5, a.b:x.y .
<two> :p <http://ex\u0061mple.org/e\u00E9>, a.b:q\.r, a.b:%41b;a a.b:T.
_:b.c :p [ :q :r ] , (a.b:one :s).
[ :q :r ] :p :o .
"""
    found, http = statements(text), "http://example.org/"
    assert [(one.names[0].iri, one.is_about(one.names[0].iri)) for one in found] == [
        (f"{http}one", True),
        (f"{http}base/two", True),
        (f"{http}c#p", False),
        (f"{http}c#q", False),
    ]
    assert [text[one.end - 1] for one in found] == ["."] * 4
    assert [text[one.start :][:5] for one in found] == ["a.b:o", "<two>", "_:b.c", "[ :q "]
    wanted = [f"{http}c#p", f"{http}eé", f"{http}q.r", f"{http}%41b", f"{http}T"]
    assert [name.iri for name in found[1].names][1:] == wanted


OLD, NEW = "http://e.org/a", "http://e.org/new"
NAMES = ["e:a", "<http://e.org/a>", "e:a.b", "f:a", r"<http://e.org/\u0061>", r"e:a\-b", "e:a:b", "e:"]
VALUES = [*WORDS, *NAMES, "true", "-1", ".5", "'e:a'", "'<http://e.org/a>'", "'#'", "'\\''"]
STATEMENTS = st.builds(
    lambda subject, objects, comma, stop, gap: f"{subject} e:p {comma.join(objects)}{stop}{gap}",
    st.sampled_from(NAMES),
    st.lists(st.sampled_from(VALUES), min_size=1, max_size=5),
    st.sampled_from([" , ", ","]),
    st.sampled_from([" .", " # e:a .\n.", "\n.\n"]),
    st.sampled_from([" ", "\n"]),
)


@given(
    body=st.lists(STATEMENTS, min_size=1, max_size=8).map("".join),
    within=st.sampled_from([None, OLD, "http://f.org/x.a"]),
)
@example(body="e:a e:p e:a , 'e:a' .\n", within=None)
@example(body=r"<http://e.org/\u0061> e:p e:a\-b,e:a # e:a ." + "\n.\n", within=OLD)
@example(body="f:a e:p e:a. ", within="http://f.org/x.a")
def test_text_and_parser_agree_on_what_is_replaced_in_any_document(body: str, within: str | None) -> None:
    """On documents of all that the grammar has."""
    text = f"@prefix e: <http://e.org/> .\nPREFIX f: <http://f.org/x.>\n{body}"

    def replaced(term: object, applies: bool) -> object:
        return NamedNode(NEW) if applies and term == NamedNode(OLD) else term

    expected = {
        (
            replaced(quad.subject, within is None),
            quad.predicate,
            replaced(quad.object, within in {None, quad.subject.value}),
        )
        for quad in parse(text, format=RdfFormat.TURTLE)
        if isinstance(quad.subject, NamedNode)
    }
    after = parse(replace_iri(text, OLD, NEW, within=within), format=RdfFormat.TURTLE)
    assert {(quad.subject, quad.predicate, quad.object) for quad in after} == expected


def test_what_would_not_say_what_it_should_is_not_written(tmp_path: Path) -> None:
    """Where text and parsed file do not agree, a split is refused as a whole."""
    scaffold.create_workspace(tmp_path / "w")
    facts = tmp_path / "w" / "data" / "articles" / "example" / "facts.ttl"
    before = facts.read_bytes()
    example = "https://w3id.org/stancegraph/id/example/"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "replace_iri", lambda text, old, new, within: text)
        with pytest.raises(DataError, match="would not state what it should"):
            merging.split(
                Workspace(tmp_path / "w"), f"{example}Ruritania", f"{example}South", "the South", [f"{example}Congress"]
            )
    assert facts.read_bytes() == before


@pytest.mark.parametrize(
    ("claim", "says"),
    [
        ("Nothing of the kind", "nothing is called 'Nothing of the kind'"),
        ("https://w3id.org/stancegraph/id/claim/none", "the graph knows no"),
        ("actor:NATO", "actor:NATO: no reference to actor:China"),
    ],
)
def test_which_claim_is_wrong_is_told(copy: Path, run: Callable[..., Run], claim: str, says: str) -> None:
    good = f"https://w3id.org/stancegraph/id/claim/{ARTICLE}/china-wonders-why-nato"
    named = ("--label", "x", "--claim", good, "--claim", claim)
    done = run("--workspace", str(copy), "entity", "split", "actor:China", "actor:New", *named)
    assert done.status == 2
    assert says in done.err
    assert "Remedy" in done.err


@pytest.mark.parametrize(
    "wrong",
    [
        ("merge", "actor:China", "actor:China"),
        ("merge", "actor:China", "actor:Xinhua"),
        ("merge", "actor:Nobody", "actor:China"),
        ("split", "actor:China", "actor:NATO", "--label", "x", "--claim", "x"),
        ("split", "actor:China", "actor:New", "--label", "x", "--claim", "actor:Nothing"),
        ("split", "actor:China", "New", "--label", "x", "--claim", "x"),
    ],
)
def test_what_makes_no_sense_changes_nothing(copy: Path, run: Callable[..., Run], wrong: tuple[str, ...]) -> None:
    files = {path: path.read_bytes() for path in (copy / "data").rglob("*") if path.is_file()}
    done = run("--workspace", str(copy), "entity", *wrong)
    no_traceback(done)
    assert done.status == 2, done.err
    assert {path: path.read_bytes() for path in (copy / "data").rglob("*") if path.is_file()} == files


@pytest.mark.long
def test_an_old_address_leads_to_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STANCEGRAPH_SNAPSHOTS")  # its own, beside those of other tests
    scaffold.create_workspace(tmp_path / "space")
    facts = tmp_path / "space" / "data" / "articles" / "example" / "facts.ttl"
    words = facts.read_text(encoding="utf-8")
    old = "https://w3id.org/stancegraph/id/example/OldRuritania"
    facts.write_text(words.replace("https://example.org/old/Ruritania", old), encoding="utf-8")
    space = Workspace(tmp_path / "space")
    assert building.build(space).published
    service = Service(space, 1, limits=Limits(30, 2 << 30, 1 << 30))
    try:
        client = TestClient(application(space, service), base_url="http://127.0.0.1")
        for form, accept in (("page", "text/html"), ("data", "text/turtle")):
            there = client.get("/id/example/OldRuritania", headers={"Accept": accept})
            assert [(one.status_code, one.headers["Location"]) for one in there.history] == [
                (303, f"http://127.0.0.1/{form}/id/example/OldRuritania"),
                (301, f"http://127.0.0.1/{form}/id/example/Ruritania"),
            ]
            assert (there.status_code, "Ruritania" in there.text) == (200, True)
            assert client.get("/id/example/Nobody", headers={"Accept": accept}).status_code == 404
    finally:
        service.close()
