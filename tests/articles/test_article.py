"""The article is covered completely, on the right word, and nothing is put into its mouth."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from stancegraph import text as texts
from stancegraph.coding import passages as passage_file
from stancegraph.pipeline.reading import Reading
from stancegraph.questions.evidence import evidence
from stancegraph.rdf.namespaces import ID
from stancegraph.sparql.engine import Oxigraph
from stancegraph.sparql.lookups import rows
from tests.conftest import ARTICLE, ROOT, Run

SG = "https://w3id.org/stancegraph/ontology#"
FOLDER = ROOT / "data" / "articles" / ARTICLE
PREFIX = f"PREFIX sg: <{SG}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX actor: <{ID}actor/> "


def solve(engine: Oxigraph, query: str) -> list[dict[str, str]]:
    return [{name: term.value for name, term in row.items()} for row in rows(engine, PREFIX + query)]


def number(engine: Oxigraph, klass: str) -> int:
    return int(solve(engine, f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ ?x a {klass} }}")[0]["n"])


def test_the_article_yields_hundreds_of_claims(engine: Oxigraph) -> None:
    assert number(engine, "sg:Stance") >= 70
    assert number(engine, "sg:Event") >= 20
    claims = sum(
        number(engine, kind)
        for kind in ("sg:Stance", "sg:Proposition", "sg:Event", "sg:Participation", "sg:Tenure", "sg:Undertaking")
    )
    assert claims >= 320


def test_every_passage_carries_a_claim_or_a_reason(engine: Oxigraph) -> None:
    passages = solve(engine, "SELECT ?p WHERE { ?p a sg:Passage }")
    covered = solve(
        engine,
        "SELECT DISTINCT ?p WHERE { ?p a sg:Passage "
        "{ ?a sg:statedIn ?p ; sg:putsForward ?c } UNION { ?p sg:noClaimReason ?r } }",
    )
    assert len(passages) == len(covered) == 101


def test_passages_are_those_of_the_text(article_text: Path) -> None:
    layout = texts.Layout.read(FOLDER / "layout.toml")
    turtle = passage_file.to_turtle(texts.read_text(article_text), layout, ARTICLE)
    assert turtle == (FOLDER / "passages.ttl").read_text(encoding="utf-8")


def test_every_character_of_the_text_lies_in_one_passage(article_text: Path) -> None:
    text = texts.read_text(article_text)
    found = texts.passages(text, texts.Layout.read(FOLDER / "layout.toml"))
    covered = [position for passage in found for position in range(passage.start, passage.end)]
    assert len(covered) == len(set(covered))
    assert {index for index, character in enumerate(text) if not character.isspace()} <= set(covered)


def words_and_passages(text: Path, engine: Oxigraph, pattern: str) -> list[tuple[str, str]]:
    """The words that *pattern* finds as ?words, each with the text of its passage, ?p."""
    query = f"SELECT ?words ?start ?end WHERE {{ {pattern} ?p sg:charStart ?start ; sg:charEnd ?end }}"
    characters = texts.read_text(text)
    return [(row["words"], characters[int(row["start"]) : int(row["end"])]) for row in solve(engine, query)]


def test_every_quotation_stands_in_its_passage(article_text: Path, engine: Oxigraph) -> None:
    pattern = "?a sg:quotedWords ?words . ?o sg:putsForward* ?a ; sg:statedIn ?p ."
    found = words_and_passages(article_text, engine, pattern)
    assert len(found) >= 15
    for words, passage in found:
        at = passage.find(words)
        assert at > 0, words
        assert "“" in passage[:at] or "”" in passage[:at], words


def test_citations_are_written_as_they_stand_in_their_passage(article_text: Path, engine: Oxigraph) -> None:
    pattern = "?c sg:citedAs ?words ; sg:statedIn ?p . ?p sg:section ?section FILTER(?section != 'Notes')"
    found = words_and_passages(article_text, engine, pattern)
    assert len(found) > 30
    assert not [words for words, passage in found if words not in passage]


def test_words_of_times_and_mentions_stand_in_the_text(article_text: Path, facts: Reading) -> None:
    text = texts.read_text(article_text)
    given = {
        quad.object.value
        for quad in facts.quads
        if quad.predicate.value in (SG + "wordsAsGiven", SG + "mentionWords")
        and isinstance(quad.object, Literal)
        and quad.graph_name == NamedNode(f"https://w3id.org/stancegraph/graph/article/{ARTICLE}")
    }
    assert len(given) > 20
    assert not [words for words in given if words not in text]


def test_mentions_count_their_occurrence_right(article_text: Path, engine: Oxigraph) -> None:
    text = texts.read_text(article_text)
    found = solve(
        engine,
        "SELECT ?words ?nth ?start ?end WHERE { ?m sg:mentionWords ?words ; sg:occurrence ?nth ; sg:mentionedIn ?p . "
        "?p sg:charStart ?start ; sg:charEnd ?end }",
    )
    assert len(found) >= 30
    for row in found:
        assert text[int(row["start"]) : int(row["end"])].count(row["words"]) >= int(row["nth"])


def test_no_sentence_of_the_article_is_in_the_project(article_text: Path) -> None:
    """Nine words in a row of its own prose are a copy; titles of works and names of posts and forums are not prose."""

    def words(text: str) -> list[str]:
        return re.findall(r"[a-z0-9]+", text.lower())

    def grams(text: str) -> set[tuple[str, ...]]:
        found = words(text)
        return {tuple(found[i : i + 9]) for i in range(len(found) - 8)}

    text = texts.read_text(article_text)
    spoken = " ".join(re.findall(r"[“”\"]([^”\"]{3,400})[”\"]", text))
    names = [
        "China and NATO: Grappling with Beijing\N{RIGHT SINGLE QUOTATION MARK}s Hopes and Fears",
        "NATO annual conferences on WMD Arms Control, Disarmament, and Non-Proliferation",
        "NATO Assistant Secretary General for Political Affairs and Security Policy",
        "U.S.-China Economic and Security Review Commission",
        "The Rise of China and Possible Implications for NATO",
        "The Second Chinese Scholars-NATO Dialogue Series",
        "https://www.nato-pa.int/default.asp?SHORTCUT=2395",
    ]
    prose = grams(text) - grams(spoken)
    files = [path for folder in ("data", "ontology", "queries", "src") for path in (ROOT / folder).rglob("*.*")]
    checked = 0
    for path in files:
        if path.suffix in {".ttl", ".rq", ".py", ".toml"}:
            checked += 1
            content = path.read_text(encoding="utf-8")
            for name in names:
                content = re.sub(re.escape(name), " ", content, flags=re.IGNORECASE)
            copied = sorted(" ".join(gram) for gram in grams(content) & prose)
            assert not copied, (path, copied[:5])
    assert checked > 100


def test_what_xinhua_reports_that_rasmussen_said_of_china_has_four_levels(run: Callable[..., Run]) -> None:
    done = run("ask", "attribution-chain", "--claim", f"claim:{ARTICLE}/china-willing-contacts", "--format", "csv")
    lines = [line.split(",") for line in done.out.splitlines()[1:]]
    assert [line[1] for line in lines] == ["1", "2", "3", "4"]
    told = [line[-5:-3] for line in lines]
    assert "Anders Fogh Rasmussen" in done.out
    assert told[-1] == ["China", "is willing"]


def test_what_is_said_is_not_asserted(engine: Oxigraph) -> None:
    """The feared containment is content of stances; no attribution puts it forward as a fact."""
    claim = NamedNode(f"{ID}claim/{ARTICLE}/us-uses-nato-to-contain")
    assert not solve(engine, f"SELECT ?a WHERE {{ ?a sg:putsForward {claim} }}")
    chains = evidence(engine, [claim])[claim.value]
    assert chains
    assert all(chain.embedded_in for chain in chains)


def test_no_inference_makes_the_stance_of_analysts_one_of_china(engine: Oxigraph, conclusions: list[Quad]) -> None:
    assert not [quad for quad in conclusions if quad.predicate.value == SG + "holder"]
    shared = solve(engine, "SELECT ?s WHERE { ?s sg:holder actor:ChineseAnalysts ; sg:holder actor:China }")
    held = solve(engine, "SELECT ?s WHERE { ?s sg:holder actor:ChineseAnalysts }")
    assert held
    assert not shared
    assert not solve(engine, "SELECT ?s WHERE { actor:China sg:holdsStance ?s . ?s sg:holder actor:ChineseAnalysts }")


def test_all_voices_of_china_can_be_gathered_and_told_apart(run: Callable[..., Run]) -> None:
    done = run("ask", "voices-of-country", "--country", "China", "--format", "csv")
    voices = {line.split(",")[0] for line in done.out.splitlines()[1:]}
    assert {
        "China",
        "Chinese analysts",
        "Chinese officials",
        "People's Daily",
        "Qu Xing",
        "Ma Xiaotian",
        "PRC experts",
    } <= voices
    assert "NATO" not in voices


@pytest.mark.parametrize(
    ("words", "passage", "referent"),
    [
        ("Brussels", "history-3-1", "actor/NATO"),
        ("Brussels", "global-partners-6-1", "place/BrusselsCity"),
        ("Beijing", "history-4-2", "place/BeijingCity"),
        ("Beijing", "future-steps-3-1", "actor/China"),
    ],
)
def test_metonyms_are_resolved_where_they_stand(engine: Oxigraph, words: str, passage: str, referent: str) -> None:
    found = solve(
        engine,
        f'SELECT ?r WHERE {{ ?m sg:mentionWords "{words}" ; sg:occurrence 1 ; sg:refersTo ?r ; '
        f"sg:mentionedIn <{ID}passage/{ARTICLE}/{passage}> }}",
    )
    assert [row["r"] for row in found] == [ID + referent]


def test_what_the_article_leaves_unnamed_says_nothing_about_the_actor(engine: Oxigraph) -> None:
    """Where another source gives the name, the two are one, and it is still known what this one left out."""
    store = Store()
    store.bulk_extend(engine._store)
    store.update(
        "DELETE { GRAPH ?g { ?s ?p <{0}SeniorScholar> } } INSERT { GRAPH ?g { ?s ?p <{0}QuXing> } } "
        "WHERE { GRAPH ?g { ?s ?p <{0}SeniorScholar> } }".replace("{0}", f"{ID}actor/")
    )
    question = (ROOT / "queries" / "ask" / "unnamed.rq").read_text(encoding="utf-8")
    before, after = ({row["actorName"].value for row in rows(e, question)} for e in (engine, Oxigraph(store)))
    assert after - before == {"Qu Xing"}
    assert before - after == {"a senior scholar affiliated with the Chinese government"}
    another = "https://example.org/another/"
    store.update(
        "PREFIX sg: <https://w3id.org/stancegraph/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        f"INSERT DATA {{ GRAPH <{another}> {{ <{another}a> sg:putsForward <{another}c> ; sg:statedIn <{another}p> . "
        f"<{another}p> sg:inPublication <{another}> . "
        f'<{another}c> rdfs:label "Named"@en ; sg:holder <{ID}actor/QuXing> '
        "} }"
    )
    assert "Named" not in {row["statement"].value for row in rows(Oxigraph(store), question)}, (
        "another source names him"
    )
    kinds = "PREFIX sg: <https://w3id.org/stancegraph/ontology#> SELECT ?m { ?m a sg:UnnamedMention ; sg:refersTo ?a "
    assert len(list(rows(engine, kinds + "}"))) == 8
    assert len(list(rows(engine, kinds + "; sg:mentionedIn ?passage . ?a a sg:Actor }"))) == 8


def test_the_debut_of_north_korea_is_kept_and_disputed(engine: Oxigraph) -> None:
    found = solve(
        engine,
        f"SELECT ?reason ?source WHERE {{ ?c sg:curates <{ID}claim/{ARTICLE}/north-korea-debut> ; "
        f"sg:curationRank <{ID}rank/Disputed> ; sg:curationReason ?reason ; sg:counterEvidence ?source }}",
    )
    assert len(found) == 2
    assert "Republic of Korea" in found[0]["reason"]


def test_the_article_has_no_date_of_its_own(engine: Oxigraph) -> None:
    found = solve(
        engine,
        f"SELECT ?begin ?end WHERE {{ <{ID}publication/{ARTICLE}> sg:published ?t . "
        "OPTIONAL { ?t sg:earliestBegin ?begin } OPTIONAL { ?t sg:latestEnd ?end } }",
    )
    assert found == [{"begin": "2012-07-05"}]


def test_every_note_and_every_parenthesis_is_a_citation_that_covers_claims(
    engine: Oxigraph, article_text: Path
) -> None:
    text = texts.read_text(article_text)
    notes = solve(engine, "SELECT DISTINCT ?n WHERE { ?c sg:noteNumber ?n ; sg:covers ?claim }")
    assert sorted(int(row["n"]) for row in notes) == list(range(1, 7))
    parentheses = re.findall(r"\(((?:Xinhua|The Guardian|German|NATO\.int|China Daily|People|Reuters)[^)]*)\)", text)
    pointers = sum(
        len(re.findall(r"(?:January|February|March|April|May|June|July|September|November) \d+", p))
        for p in parentheses
    )
    cited = solve(
        engine,
        "SELECT DISTINCT ?c WHERE { ?c a sg:Citation ; sg:covers ?claim FILTER NOT EXISTS { ?c sg:noteNumber ?n } }",
    )
    assert len(cited) == pointers == 30
