"""Labels in the languages that people prefer: how stored queries read them, and that no row comes or goes with them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store
from rdflib.plugins.sparql import prepareQuery

from stancegraph.api import KnowledgeGraph
from stancegraph.errors import DataError, UsageError
from stancegraph.questions import federation, stored_query
from stancegraph.questions.languages import LABEL_LINE, parse_languages, prefer_languages
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.sparql.engine import Oxigraph, Rows, Term
from stancegraph.sparql.lexer import service_blocks
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT, Run
from tests.support.sampling import one_in

NAMING = [NamedNode(PREFIXES["rdfs"] + "label"), NamedNode(PREFIXES["skos"] + "prefLabel")]
CHINA = NamedNode("https://w3id.org/stancegraph/id/actor/China")
TEXT_OF = {path: path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("queries/*/*.rq"))}
QUERIES = {path.stem: text for path, text in TEXT_OF.items() if path.parent.name in {"ask", "federated"}}
LOOKUPS = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "src").rglob("*.rq"))}
READS_LABEL = re.compile(r"(?:rdfs:label|skos:(?:pref|alt)Label)\b")
PLAIN_FORM = re.compile(r' *(?:OPTIONAL \{ )?\?\w+ [\w:]+ \?(\w+) FILTER\(LANG\(\?\1\) = "en"\)(?: \})?')
EXCEPTIONS = {
    "labels": "finds things by any name in any language",
    "properties-of": "tells the property of aliases from others",
    "statements": "names all properties by which a thing may have a name",
    "attributions": "the short name of a publication is an alias in English",
    "no-english-label": "finds things that have labels in other languages only",
    "term-undocumented": "names the properties that are required",
    "twin-claims": "compares all but the labels of two claims",
    "same-term-label": "two terms must not have one label in any language",
    "same-label": "two things must not have one label in any language",
}
"""Queries that read labels in another form, with the reason."""


def reads_labels(text: str) -> list[str]:
    """The lines of a query that read labels, outside calls of other endpoints."""
    if "SERVICE" in text:
        for block in reversed(service_blocks(text)):
            text = text[: block.start] + text[block.end :]
    lines = [line for line in text.splitlines() if not line.startswith(("#", "PREFIX"))]
    return [line for line in lines if READS_LABEL.search(line)]


def translated(engine: Oxigraph, translate: Callable[[int, str], list[Literal]]) -> Oxigraph:
    """A copy of *engine* with other labels beside those in English: what *translate* makes of a number and a label."""
    store = Store()
    store.bulk_extend(
        quad
        for quad in engine._store
        if quad.predicate not in NAMING or not isinstance(quad.object, Literal) or quad.object.language == "en"
    )
    for name in NAMING:
        for number, quad in enumerate(sorted(store.quads_for_pattern(None, name, None), key=str)):
            assert isinstance(quad.object, Literal)
            for label in translate(number, quad.object.value):
                store.add(Quad(quad.subject, name, label, quad.graph_name))
    return Oxigraph(store)


@pytest.fixture(scope="module")
def chinese(engine: Oxigraph) -> Oxigraph:
    """The shipped graph, in which everything is called in Chinese what it is called in English, behind a sign."""
    return translated(engine, lambda number, label: [Literal(f"译{label}", language=["zh", "zh-Hans-CN"][number % 2])])


def rows_of(engine: Oxigraph, text: str, back: bool = False) -> Counter[tuple[str, ...]]:
    """The rows of an answer, however ordered; *back* takes away the sign of what is Chinese."""
    found = engine.query(text)
    assert isinstance(found, Rows)

    def show(term: Term | None) -> str:
        if back and isinstance(term, Literal) and (term.language or "").startswith("zh"):
            return str(Literal(term.value.removeprefix("译"), language="en"))
        return str(term)

    return Counter(tuple(map(show, row)) for row in found.rows)


@pytest.mark.parametrize("name", QUERIES)
def test_a_stored_question_reads_every_label_on_a_line_of_its_own(name: str) -> None:
    """A label that is read in another form would double rows, or stay in English."""
    text = QUERIES[name]
    shown = set(re.findall(r"\?(\w+)", text[text.index("SELECT") : text.index("WHERE")]))
    lines = reads_labels(text)
    assert len(lines) == text.count("# label") + sum("# label" not in line for line in lines)
    for line in lines:
        plain = PLAIN_FORM.fullmatch(line)
        assert LABEL_LINE.fullmatch(line) or (plain and plain[1] not in shown), line


@pytest.mark.parametrize("path", [*LOOKUPS, *(p for p in TEXT_OF if p.parent.name == "check")], ids=lambda p: p.stem)
def test_other_queries_read_labels_in_english(path: Path) -> None:
    others = [line for line in reads_labels(path.read_text(encoding="utf-8")) if not PLAIN_FORM.fullmatch(line)]
    assert bool(others) == (path.stem in EXCEPTIONS), others


def test_the_forms_were_looked_for_where_they_are() -> None:
    assert len(QUERIES) > 65
    assert sum(len(LABEL_LINE.findall(text)) for text in QUERIES.values()) > 200
    assert set(EXCEPTIONS) <= {path.stem for path in [*LOOKUPS, *TEXT_OF]}


@pytest.mark.parametrize("name", [name for name in QUERIES if (ROOT / "queries" / "ask" / f"{name}.rq").exists()])
def test_no_row_comes_or_goes_with_the_language(name: str, engine: Oxigraph, chinese: Oxigraph) -> None:
    text = QUERIES[name]
    expected = rows_of(engine, text)
    assert rows_of(chinese, text) == expected
    in_chinese = rows_of(chinese, prefer_languages(text, ["fr", "zh"]))
    assert rows_of(chinese, prefer_languages(text, ["fr", "zh"]), back=True) == expected
    assert not expected or in_chinese != expected or not LABEL_LINE.search(text)


@pytest.mark.parametrize("name", one_in(4, QUERIES))
def test_a_question_in_other_languages_is_sparql_1_1_for_another_parser_too(name: str) -> None:
    text = prefer_languages(QUERIES[name], ["zh-hant"])
    prepareQuery(text)
    assert len(text.splitlines()) == len(QUERIES[name].splitlines())


def test_of_several_labels_in_a_language_one_is_chosen(ours: Workspace, engine: Oxigraph) -> None:
    texts = {
        "zh-Hant": "中國",
        "zh-Hans": "中国",
        "zh-Latn": "Zhōngguó",
        "fr": "Chine",
        "fr-CA": "la Chine",
        "en-GB": "PRC",
    }
    labels = [Literal(text, language=tag) for tag, text in texts.items()]
    graph = KnowledgeGraph(ours, translated(engine, lambda _, label: labels if label == "China" else []))

    def called(*languages: str) -> str:
        (name,) = {row["holderName"] for row in graph.ask("conditions", lang=languages, holder="China")}
        assert isinstance(name, Literal)
        return f"{name.value} ({name.language})"

    assert called() == called("en", "zh") == called("de") == "China (en)"
    assert called("zh") == "中国 (zh-hans)"
    assert called("ZH-hant") == called("de", "zh-Hant", "zh") == "中國 (zh-hant)"
    assert called("fr", "zh") == "Chine (fr)"
    assert called("fr-BE", "fr-CA") == "la Chine (fr-ca)"
    assert called("en-GB") == "PRC (en-gb)"
    assert (
        graph.ask("conditions", lang="zh", holder="China").rows.rows
        == graph.ask("conditions", lang=["zh"], holder="actor:China").rows.rows
    )


def test_a_thing_is_found_by_its_label_in_any_language_but_first_in_english(ours: Workspace, engine: Oxigraph) -> None:
    def translate(_: int, label: str) -> list[Literal]:
        return {"China": [Literal("中国", language="zh")], "NATO": [Literal("China", language="fr")]}.get(label, [])

    graph = KnowledgeGraph(ours, translated(engine, translate))
    assert graph.resolve("中国") == graph.resolve("China") == graph.resolve("cHINA") == CHINA
    assert [name.text for name in graph.find_names() if name.thing == CHINA.value and name.is_preferred] == ["China"]
    assert graph.show("中国").name == "China"
    assert len(graph.ask("conditions", holder="中国")) == 1


@pytest.mark.parametrize(
    "tag", ["", "z", "*", "zh_CN", "zh,fr", 'zh"', "zh-", "中文", "chinesisch", "zh-123456789", "zh\n"]
)
def test_what_is_no_language_tag_is_refused(tag: str) -> None:
    with pytest.raises(UsageError, match="is not a language tag") as caught:
        parse_languages(["fr", tag])
    assert caught.value.subject == "--lang"


def test_many_languages_are_refused() -> None:
    assert len(parse_languages([f"x{letter}" for letter in "abcdefgh"] * 2)) == 8
    with pytest.raises(UsageError, match="9 languages are too many"):
        parse_languages([f"x{letter}" for letter in "abcdefghi"])


def test_variables_of_a_query_are_left_alone() -> None:
    query = 'SELECT ?n WHERE {\n  ?n_in rdfs:label ?n FILTER(LANG(?n) = "en")   # label\n}'
    assert "?n_in_ FILTER" in prefer_languages(query, ["zh"])
    assert "?n_in_ FILTER" in prefer_languages(query.replace("\n", " \r\n"), ["zh"])


def test_a_query_that_reads_labels_otherwise_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "own.rq"
    text = "#+ title: T\n#+ description: D.\nSELECT ?n WHERE { ?x rdfs:label ?n } ORDER BY ?n"
    path.write_text(text, encoding="utf-8")
    assert stored_query.load(path).bind({}, ["zh"]) == text


def test_no_parameter_is_called_lang(tmp_path: Path) -> None:
    path = tmp_path / "own.rq"
    header = "#+ title: T\n#+ description: D.\n#+ params:\n#+   lang: {type: 'xsd:string'}\n"
    path.write_text(header + "SELECT ?x WHERE {\n  VALUES ?lang { UNDEF }   # param\n  ?x ?y ?lang }", encoding="utf-8")
    with pytest.raises(DataError, match="a parameter cannot be called lang"):
        stored_query.load(path)


def test_a_federated_question_shows_its_own_labels_in_the_language(chinese: Oxigraph) -> None:
    text = prefer_languages(QUERIES["members-today"], ["zh"])

    def ask(iri: str, query: str) -> tuple[Rows, float]:
        pairs = re.findall(r"\((<[^>]+>) (<[^>]+>)\)", query)
        assert "译" not in query
        return Rows.from_records(("item", "organizationItem"), [tuple(NamedNode(iri[1:-1]) for iri in pairs[0])]), 0.0

    answer, _ = federation.answer(chinese, text, ask)
    assert isinstance(answer, Rows)
    assert all(row["stateName"].value.startswith("译") for row in answer)
    assert len(answer) > 0


def test_the_command_line_takes_languages(run: Callable[..., Run]) -> None:
    plain = run("ask", "conditions", "--format", "csv")
    done = run("ask", "conditions", "--format", "csv", "--lang", "tlh", "--lang=x-none")
    assert done.status == 2
    assert "--lang: 'x-none' is not a language tag" in done.err
    assert run("ask", "conditions", "--format", "csv", "--lang", "tlh", "--lang", "tlh-Latn").out == plain.out
