"""Draw conclusions: OWL 2 RL rules to a fixed point, then the CONSTRUCT steps, each into a graph of its own.

The rules are SPARQL in ``queries/build/owl-rl/``, one per rule of `OWL 2 Profiles, section 4.3
<https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules>`_, under the name it has
there. The rule for chains passes over disputed claims: nothing about the world follows by way of them.
"""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryTriples, Store, Triple

from stancegraph.errors import DataError
from stancegraph.prefixes import GRAPH
from stancegraph.reading import Reading
from stancegraph.workspace import Workspace


def _construct(store: Store, path: Path) -> set[Triple]:
    try:
        result = store.query(path.read_text(encoding="utf-8"))
    except SyntaxError as error:
        raise DataError(f"not SPARQL: {error}", file=path, remedy="correct the query") from None
    if not isinstance(result, QueryTriples):
        raise DataError("a build step must be a CONSTRUCT", file=path, remedy="write CONSTRUCT { … } WHERE { … }")
    return set(result)


def _in(triple: Triple, graph: NamedNode | DefaultGraph) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def infer(reading: Reading, workspace: Workspace) -> list[Quad]:
    """Return the conclusions from *reading*, each in the named graph of the step that drew it.

    Nothing that was read is repeated; order is not significant. Raises `DataError` for a step that is not a CONSTRUCT.
    """
    store = Store()
    store.bulk_extend(Quad(q.subject, q.predicate, q.object, DefaultGraph()) for q in reading.quads)
    conclusions: list[Quad] = []

    def add(triples: set[Triple], graph: str) -> bool:
        fresh = [t for t in triples if _in(t, DefaultGraph()) not in store]  # which holds what was read, too
        store.extend(_in(t, DefaultGraph()) for t in fresh)
        name = NamedNode(graph)
        conclusions.extend(_in(t, name) for t in fresh)
        return bool(fresh)

    rules = sorted((workspace.root / "queries" / "build" / "owl-rl").glob("*.rq"))
    growing = True
    while growing:
        growing = False
        for rule in rules:
            growing |= add(_construct(store, rule), f"{GRAPH}inferred/owl-rl")
    for step in workspace.query_files("build"):
        name = step.stem.lstrip("0123456789-")  # the number only orders the steps
        add(_construct(store, step), f"{GRAPH}inferred/{name}")
    return conclusions
