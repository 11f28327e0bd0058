"""Labels in other languages, whatever they are and whatever has them, change no answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, Store

from stancegraph.api import KnowledgeGraph
from stancegraph.drafting.gazetteer import Gazetteer
from stancegraph.linking import sssom, targets
from stancegraph.linking.unlinked import find_unlinked_entities
from stancegraph.pipeline.checks import run_checks
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.sparql.engine import Oxigraph, Rows
from stancegraph.sparql.lookups import lookup
from stancegraph.web.search import search
from stancegraph.workspace.folders import Workspace
from tests.conftest import ROOT

LABEL, PREF_LABEL = NamedNode(PREFIXES["rdfs"] + "label"), NamedNode(PREFIXES["skos"] + "prefLabel")
ALIAS = NamedNode(PREFIXES["skos"] + "altLabel")
SHOWN = ["actor:China", "actor:NATO", "issue:Afghanistan", "event:nato-summit-chicago", "sg:Stance"]
SEARCHED = ["China", "na", "Afghan", "a"]
OTHERWISE = {
    "labels": "lists all names",
    "known": "is an ASK",
    "description": "is a CONSTRUCT of all triples",
    "counts": "counts all triples",
    "values-of": "lists all values of all properties",
    "statements": "lists all statements, as show does",
    "terms": "lists all properties that are used",
    "properties-of": "counts things with an alias",
}
"""Look-ups that are not compared as they are, with the reason."""
EXAMPLES = max(6, settings().max_examples // 20)


@dataclass(frozen=True)
class Shipped:
    """The shipped graph in memory, all that is called something in it, and what it answers."""

    workspace: Workspace
    store: Store
    labelled: list[tuple[NamedNode, NamedNode, str]]
    answers: Mapping[str, object]


@pytest.fixture(scope="module")
def shipped(ours: Workspace, engine: Oxigraph) -> Shipped:
    store = Store()
    store.bulk_extend(engine._store)
    quads = [quad for name in (LABEL, PREF_LABEL) for quad in store.quads_for_pattern(None, name, None)]
    labelled = [
        (quad.subject, quad.predicate, quad.object.value)
        for quad in sorted(quads, key=str)
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal)
    ]
    answers = answers_of(KnowledgeGraph(ours, Oxigraph(store)), frozenset())
    return Shipped(ours, store, labelled, answers)


def answers_of(graph: KnowledgeGraph, added: frozenset[Literal]) -> dict[str, object]:
    """Everything that a graph answers, without the labels that were *added*."""
    answers: dict[str, object] = {name: csv_of(graph, question.text) for name, question in graph.questions.items()}
    lookups = sorted(path.stem for path in (ROOT / "src/stancegraph/sparql/lookups").glob("*.rq"))
    answers |= {f"lookup {name}": csv_of(graph, lookup(name)) for name in lookups if name not in OTHERWISE}
    for name in SHOWN:
        shown = graph.show(name)
        answers[f"show {name}"] = (
            shown.name,
            [
                (section.title, [statement for statement in section.statements if statement.value not in added])
                for section in shown.sections
                if not added.issuperset(statement.value for statement in section.statements)
            ],
        )
    answers |= {f"resolve {name}": graph.resolve(name) for name in ("China", "the alliance", "qu xing")}
    answers["gazetteer"] = Gazetteer.from_engine(graph.engine).names
    (target,) = targets.load_all(ROOT.glob("data/links/dbpedia.toml")).values()
    answers["unlinked"] = find_unlinked_entities(
        graph.engine, sssom.read(ROOT / "data/links/dbpedia.sssom.tsv"), target
    )
    files = [
        path for path in graph.workspace.query_files("check") if path.stem not in {"same-label", "same-term-label"}
    ]
    answers["checks"] = run_checks(graph.engine, files)
    return answers


def csv_of(graph: KnowledgeGraph, text: str) -> bytes:
    found = graph.sparql(text)
    assert isinstance(found, Rows)
    return found.serialize(QueryResultsFormat.CSV)


tags = st.from_regex(r"(zh|fr|de|ru|ar|es|[a-z]{2,3})(-[A-Z][a-z]{3})?(-[A-Z]{2})?", fullmatch=True).filter(
    lambda tag: tag.lower() != "en"
)


@st.composite
def further_labels(
    draw: st.DrawFn, labelled: list[tuple[NamedNode, NamedNode, str]]
) -> list[tuple[NamedNode, NamedNode, Literal]]:
    """Labels and aliases in other languages, some of which are what other things are called in English."""
    texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12) | st.sampled_from(
        [text for *_, text in labelled]
    )
    languages = draw(st.lists(tags, min_size=1, max_size=4, unique_by=str.lower))
    few = draw(st.lists(texts, min_size=1, max_size=6))
    step, start = draw(st.integers(1, 7)), draw(st.integers(0, 20))
    found = []
    for number, (thing, property, _) in enumerate(labelled[start::step]):
        for index, language in enumerate(languages[: 1 + number % len(languages)]):
            literal = Literal(few[(number + index) % len(few)], language=language)
            found.append((thing, property, literal))
            if number % 5 == 0 and property == LABEL:
                found.append((thing, ALIAS, literal))
    return found


@contextmanager
def added_to(store: Store, labels: list[tuple[NamedNode, NamedNode, Literal]]) -> Iterator[None]:
    """Let a store have further labels for a while."""
    graph = NamedNode("https://w3id.org/stancegraph/graph/entities")
    quads = [Quad(*label, graph) for label in labels]
    store.extend(quads)
    try:
        yield
    finally:
        for quad in quads:
            store.remove(quad)


def test_what_is_not_compared_exists() -> None:
    assert all(Path(ROOT / f"src/stancegraph/sparql/lookups/{name}.rq").exists() for name in OTHERWISE)


@pytest.mark.early
@pytest.mark.long
def test_labels_in_other_languages_change_no_answer(shipped: Shipped) -> None:
    seen = 0

    @settings(max_examples=EXAMPLES, phases=(Phase.generate,))  # to make a failing example smaller takes minutes
    @given(labels=further_labels(shipped.labelled))
    def check(labels: list[tuple[NamedNode, NamedNode, Literal]]) -> None:
        nonlocal seen
        seen += len(labels)
        with added_to(shipped.store, labels):
            graph = KnowledgeGraph(shipped.workspace, Oxigraph(shipped.store))
            answers = answers_of(graph, frozenset(label for *_, label in labels))
            for name, answer in shipped.answers.items():
                assert answers[name] == answer, name
            hits = {text: search(graph, text, 1000) for text in SEARCHED}
        graph = KnowledgeGraph(shipped.workspace, Oxigraph(shipped.store))
        for text, found in hits.items():
            before = search(graph, text, 1000)
            english = [hit for hit in before if text in hit.label.casefold()]
            assert found[: len(english)] == before[: len(english)], text
            assert len(found) == 1000 or not [hit for hit in before if hit not in found], text

    check()
    assert seen > 1000
    assert len(shipped.answers) > 100
