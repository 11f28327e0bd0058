"""Publish a snapshot into a SPARQL store: new graphs beside the old ones, verified, then one switch.

Each graph is loaded under a name of its own for this snapshot, in batches of `SPARQL 1.1 Update
<https://www.w3.org/TR/sparql11-update/>`_, or whole by the `Graph Store Protocol
<https://www.w3.org/TR/sparql11-http-rdf-update/>`_. When count and hash of all are right, one request moves them over
the old ones. Until then the old snapshot answers; what an interrupted attempt has loaded is kept, and the next attempt
continues from there.
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
from stancegraph.sparql.engine import Triples, require_rows

_NEXT = f"{GRAPH}next/"
_BATCH = 500  # triples; Virtuoso takes few more in one request


class GraphStore(Protocol):
    """A store that takes whole graphs."""

    def put(self, graph: str, content: bytes) -> None:
        """Replace the content of *graph*, given by its IRI, with *content*, in N-Triples."""
        ...


@dataclass(frozen=True, slots=True)
class Publication:
    """An outcome: the digest of the published content, and how many graphs were loaded or had been loaded before."""

    content: str
    loaded: int
    reused: int
    unchanged: bool = False


def published_content(endpoint: Endpoint) -> str | None:
    """Return the digest of the snapshot that *endpoint* holds, or None where it does not name one.

    Raises:
        ExternalError: If the endpoint does not answer.
        UsageError: If the endpoint rejects the query.
    """
    answer = endpoint.query_all(
        f"SELECT ?c WHERE {{ GRAPH <{PUBLISHED}> {{ ?s <{PREFIXES['dcterms']}identifier> ?c }} }}"
    )
    digests = [row["c"].value for row in require_rows(answer)]
    return digests[0] if digests else None


def publish(
    snapshot: Snapshot,
    query_endpoint: Endpoint,
    update_endpoint: Endpoint,
    *,
    store: GraphStore | None = None,
    progress: Progress = lambda step: None,
) -> Publication:
    """Load a snapshot into a SPARQL store, unless the store holds it already.

    Args:
        snapshot: The snapshot.
        query_endpoint: The endpoint at which the store answers queries.
        update_endpoint: The endpoint at which it takes updates.
        store: Where it takes whole graphs; without it, they are loaded by updates.
        progress: A function that is called with the name of each step as it begins.

    Returns:
        What is published now, and how many graphs were loaded for it.

    Raises:
        ExternalError: If the store fails, or does not hold what was loaded. Until the switch, the old snapshot still
            answers.
        UsageError: If an endpoint rejects a query or an update.
        DamagedError: If a file of the snapshot is not as it was made.
    """
    if published_content(query_endpoint) == snapshot.content:
        return Publication(snapshot.content, 0, 0, unchanged=True)
    graphs = _group_by_graph(snapshot.open())
    loaded = 0
    for graph, triples in graphs.items():
        staging = _staging_name(graph, snapshot)
        if _count(query_endpoint, staging) == len(triples):
            continue
        progress(f"load {graph.removeprefix(GRAPH)}")
        update_endpoint.update(f"DROP SILENT GRAPH <{staging}>")
        if store is not None:
            store.put(staging, _to_n_triples(triples))
        else:
            for batch in _split_into_batches(triples):
                update_endpoint.update(_write_insert(staging, batch))
        loaded += 1
    for graph, triples in graphs.items():
        progress(f"verify {graph.removeprefix(GRAPH)}")
        try:
            _verify(query_endpoint, _staging_name(graph, snapshot), triples)
        except ExternalError:  # a wrong graph must not be taken for a loaded one the next time
            update_endpoint.update(f"DROP SILENT GRAPH <{_staging_name(graph, snapshot)}>")
            raise
    progress("switch")
    old = set(query_endpoint.graphs) - set(graphs)
    update_endpoint.update(_write_switch(snapshot, sorted(graphs), sorted(old)))
    if published_content(query_endpoint) != snapshot.content:
        raise ExternalError("the switch did not take place", file=update_endpoint.url, remedy="publish again")
    return Publication(snapshot.content, loaded, len(graphs) - loaded)


def _group_by_graph(store: Store) -> dict[str, list[Triple]]:
    graphs: dict[str, list[Triple]] = defaultdict(list)
    for quad in canonical(store):
        assert isinstance(quad.graph_name, NamedNode)
        graphs[quad.graph_name.value].append(quad.triple)
    return {graph: sorted(triples, key=str) for graph, triples in sorted(graphs.items())}


def _staging_name(graph: str, snapshot: Snapshot) -> str:
    """Return the name under which *graph* is loaded before the switch."""
    return f"{_NEXT}{snapshot.content[:16]}/{graph.removeprefix(GRAPH)}"


def _to_n_triples(triples: Iterable[Triple]) -> bytes:
    output = serialize(triples, format=RdfFormat.N_TRIPLES)
    assert output is not None
    return output


def _split_into_batches(triples: list[Triple]) -> Iterator[list[Triple]]:
    """Yield *triples* in batches; those with blank nodes are one batch, as a blank node is local to a request."""
    with_blanks = [t for t in triples if isinstance(t.subject, BlankNode) or isinstance(t.object, BlankNode)]
    if with_blanks:
        yield with_blanks
    ground = [t for t in triples if not (isinstance(t.subject, BlankNode) or isinstance(t.object, BlankNode))]
    for start in range(0, len(ground), _BATCH):
        yield ground[start : start + _BATCH]


def _write_insert(graph: str, triples: list[Triple]) -> str:
    """Return an update that adds *triples*, by a template: Virtuoso does not take blank nodes in INSERT DATA."""
    return f"INSERT {{ GRAPH <{graph}> {{\n{_to_n_triples(triples).decode('utf-8')}}} }} WHERE {{}}"


def _count(endpoint: Endpoint, graph: str) -> int:
    answer = endpoint.query_all(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    (row,) = require_rows(answer)
    return int(row["n"].value)


def _verify(endpoint: Endpoint, graph: str, triples: list[Triple]) -> None:
    """Raise `ExternalError` where *graph* does not hold the *triples* that were loaded into it, and no others."""
    count = _count(endpoint, graph)
    if count != len(triples):
        raise ExternalError(
            f"<{graph}> has {count} triples instead of {len(triples)}", file=endpoint.url, remedy="publish again"
        )
    stored = endpoint.query_all(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    assert isinstance(stored, Triples)
    if len(stored) < count:
        raise ExternalError(
            f"the store returns {len(stored)} of the {count} triples of <{graph}>",
            file=endpoint.url,
            remedy="raise the number of results that the store allows (in Virtuoso: ResultSetMaxRows)",
        )
    if _hash_triples(stored) != _hash_triples(triples):
        raise ExternalError(
            f"<{graph}> does not hold the triples that were loaded into it",
            file=endpoint.url,
            remedy="publish again, or use another store",
        )


def _hash_triples(triples: Iterable[Triple]) -> str:
    """Return the hash of the canonical form (RDFC-1.0), with literals written as stores write them.

    Decimals without a fraction are taken for integers, because Virtuoso returns them as such.
    """
    store = Store()
    store.bulk_extend(map(in_graph, triples))
    return content_digest(canonical(Quad(q.subject, q.predicate, _normalise(q.object), q.graph_name) for q in store))


def _normalise(term: NamedNode | BlankNode | Literal | Triple) -> NamedNode | BlankNode | Literal | Triple:
    xsd = PREFIXES["xsd"]
    if isinstance(term, Literal) and term.datatype.value == f"{xsd}decimal" and "." not in term.value:
        return Literal(term.value, datatype=NamedNode(f"{xsd}integer"))
    return term


def _write_switch(snapshot: Snapshot, graphs: list[str], old: list[str]) -> str:
    """Return the update that moves the loaded *graphs* into place, removes the *old* ones, and names the snapshot."""
    subject = NamedNode(f"{_NEXT}{snapshot.content[:16]}")
    dcterms = PREFIXES["dcterms"]
    description = [f"{subject} <{dcterms}identifier> {Literal(snapshot.content)} ."]
    description += [f"{subject} <{dcterms}hasPart> <{graph}> ." for graph in graphs]
    steps = [f"MOVE SILENT GRAPH <{_staging_name(graph, snapshot)}> TO GRAPH <{graph}>" for graph in graphs]
    steps += [f"DROP SILENT GRAPH <{graph}>" for graph in [*old, PUBLISHED]]
    steps.append(f"INSERT DATA {{ GRAPH <{PUBLISHED}> {{ {' '.join(description)} }} }}")
    return " ;\n".join(steps)
