"""Publish a snapshot into a SPARQL store: new graphs beside the old ones, verified, then one switch.

Each graph is loaded under a name of its own for this snapshot, in batches of `SPARQL 1.1 Update
<https://www.w3.org/TR/sparql11-update/>`_, or whole by the `Graph Store Protocol
<https://www.w3.org/TR/sparql11-http-rdf-update/>`_. When count and hash of all are right, one request moves them over
the old ones. Until then the old snapshot answers; what a broken-off attempt has loaded is kept and gone on from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, serialize

from stancegraph.errors import ExternalError
from stancegraph.pipeline.building import Progress
from stancegraph.pipeline.snapshot import Snapshot, canonical, content_digest
from stancegraph.rdf.namespaces import GRAPH, PREFIXES
from stancegraph.rdf.quads import in_graph
from stancegraph.sparql.endpoint import PUBLISHED, Endpoint
from stancegraph.sparql.engine import Rows, Triples

_NEXT = f"{GRAPH}next/"
_BATCH = 500  # triples; Virtuoso takes few more in one request


class GraphStore(Protocol):
    """What takes whole graphs."""

    def put(self, graph: str, content: bytes) -> None:
        """Replace *graph* by *content*, in N-Triples."""
        ...


@dataclass(frozen=True, slots=True)
class Publication:
    """What was done: the digest that is published, how many graphs were loaded, and how many were there already."""

    content: str
    loaded: int
    kept: int
    unchanged: bool = False


def published_content(endpoint: Endpoint) -> str | None:
    """The digest of the snapshot that *endpoint* holds; None where it says of none."""
    answer = endpoint.query_all(
        f"SELECT ?c WHERE {{ GRAPH <{PUBLISHED}> {{ ?s <{PREFIXES['dcterms']}identifier> ?c }} }}"
    )
    assert isinstance(answer, Rows)
    found = [row["c"].value for row in answer]
    return found[0] if found else None


def publish(
    snapshot: Snapshot,
    asked: Endpoint,
    updated: Endpoint,
    *,
    store: GraphStore | None = None,
    progress: Progress = lambda step: None,
) -> Publication:
    """Load *snapshot* into the store that is *asked* at one endpoint and *updated* at another.

    Raises `ExternalError` where the store fails, or holds something else than it was given; the old snapshot then
    still answers.
    """
    if published_content(asked) == snapshot.content:
        return Publication(snapshot.content, 0, 0, unchanged=True)
    graphs = _by_graph(snapshot.open())
    loaded = 0
    for graph, triples in graphs.items():
        beside = _beside(graph, snapshot)
        if _count(asked, beside) == len(triples):
            continue
        progress(f"load {graph.removeprefix(GRAPH)}")
        updated.update(f"DROP SILENT GRAPH <{beside}>")
        if store is not None:
            store.put(beside, _n_triples(triples))
        else:
            for batch in _batches(triples):
                updated.update(_insert(beside, batch))
        loaded += 1
    for graph, triples in graphs.items():
        progress(f"verify {graph.removeprefix(GRAPH)}")
        try:
            _verify(asked, _beside(graph, snapshot), triples)
        except ExternalError:  # what is wrong must not be taken for loaded the next time
            updated.update(f"DROP SILENT GRAPH <{_beside(graph, snapshot)}>")
            raise
    progress("switch")
    old = set(asked.graphs) - set(graphs)
    updated.update(_switch(snapshot, sorted(graphs), sorted(old)))
    if published_content(asked) != snapshot.content:
        raise ExternalError("the switch did not take place", file=updated.url, remedy="publish again")
    return Publication(snapshot.content, loaded, len(graphs) - loaded)


def _by_graph(store: Store) -> dict[str, list[Triple]]:
    graphs: dict[str, list[Triple]] = defaultdict(list)
    for quad in canonical(store):
        assert isinstance(quad.graph_name, NamedNode)
        graphs[quad.graph_name.value].append(quad.triple)
    return {graph: sorted(triples, key=str) for graph, triples in sorted(graphs.items())}


def _beside(graph: str, snapshot: Snapshot) -> str:
    return f"{_NEXT}{snapshot.content[:16]}/{graph.removeprefix(GRAPH)}"


def _n_triples(triples: Iterable[Triple]) -> bytes:
    output = serialize(triples, format=RdfFormat.N_TRIPLES)
    assert output is not None
    return output


def _batches(triples: list[Triple]) -> Iterator[list[Triple]]:
    """Batches of *triples*; those with blank nodes come in one: a blank node is one within a request only."""
    tied = [t for t in triples if isinstance(t.subject, BlankNode) or isinstance(t.object, BlankNode)]
    if tied:
        yield tied
    free = [t for t in triples if not (isinstance(t.subject, BlankNode) or isinstance(t.object, BlankNode))]
    for start in range(0, len(free), _BATCH):
        yield free[start : start + _BATCH]


def _insert(graph: str, triples: list[Triple]) -> str:
    """An update that adds *triples*: a template, because Virtuoso takes no blank nodes in INSERT DATA."""
    return f"INSERT {{ GRAPH <{graph}> {{\n{_n_triples(triples).decode('utf-8')}}} }} WHERE {{}}"


def _count(asked: Endpoint, graph: str) -> int:
    answer = asked.query_all(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    assert isinstance(answer, Rows)
    (row,) = answer
    return int(row["n"].value)


def _verify(asked: Endpoint, graph: str, triples: list[Triple]) -> None:
    count = _count(asked, graph)
    if count != len(triples):
        raise ExternalError(
            f"<{graph}> has {count} triples instead of {len(triples)}", file=asked.url, remedy="publish again"
        )
    there = asked.query_all(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    assert isinstance(there, Triples)
    if len(there) < count:
        raise ExternalError(
            f"the store gives back {len(there)} of the {count} triples of <{graph}>",
            file=asked.url,
            remedy="raise the number of results that the store allows (in Virtuoso: ResultSetMaxRows)",
        )
    if _digest(there) != _digest(triples):
        raise ExternalError(
            f"<{graph}> holds other triples than it was given",
            file=asked.url,
            remedy="publish again, or use another store",
        )


def _digest(triples: Iterable[Triple]) -> str:
    """The hash of the canonical form (RDFC-1.0), with literals written as stores write them.

    Whole numbers are taken for integers: Virtuoso gives back a decimal without a fraction as one.
    """
    store = Store()
    store.bulk_extend(map(in_graph, triples))
    return content_digest(canonical(Quad(q.subject, q.predicate, _whole(q.object), q.graph_name) for q in store))


def _whole(term: NamedNode | BlankNode | Literal | Triple) -> NamedNode | BlankNode | Literal | Triple:
    xsd = PREFIXES["xsd"]
    if isinstance(term, Literal) and term.datatype.value == f"{xsd}decimal" and "." not in term.value:
        return Literal(term.value, datatype=NamedNode(f"{xsd}integer"))
    return term


def _switch(snapshot: Snapshot, graphs: list[str], old: list[str]) -> str:
    this = NamedNode(f"{_NEXT}{snapshot.content[:16]}")
    dcterms = PREFIXES["dcterms"]
    said = [f"{this} <{dcterms}identifier> {Literal(snapshot.content)} ."]
    said += [f"{this} <{dcterms}hasPart> <{graph}> ." for graph in graphs]
    steps = [f"MOVE SILENT GRAPH <{_beside(graph, snapshot)}> TO GRAPH <{graph}>" for graph in graphs]
    steps += [f"DROP SILENT GRAPH <{graph}>" for graph in [*old, PUBLISHED]]
    steps.append(f"INSERT DATA {{ GRAPH <{PUBLISHED}> {{ {' '.join(said)} }} }}")
    return " ;\n".join(steps)
