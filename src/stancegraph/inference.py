"""Draw conclusions: OWL 2 RL rules to a fixed point, then the CONSTRUCT steps, each into a graph of its own.

What was read, with what the rules conclude from it, is the *closure*; each step is asked of that, and not of what other
steps conclude.

The rules are SPARQL in ``queries/build/owl-rl/``, one per rule of `OWL 2 Profiles, section 4.3
<https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules>`_, under the name it has
there. The rule for chains passes over disputed claims: nothing about the world follows by way of them.
"""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import NamedNode, Quad, QueryTriples, Store, Triple

from stancegraph.errors import DataError
from stancegraph.graphs import in_graph
from stancegraph.prefixes import GRAPH
from stancegraph.reading import Reading
from stancegraph.workspace import Workspace

CLOSURE = NamedNode(f"{GRAPH}inferred/owl-rl")
"""The graph of what the rules conclude."""


def rules(workspace: Workspace) -> list[Path]:
    """The rules, in their order."""
    return sorted((workspace.root / "queries" / "build" / "owl-rl").glob("*.rq"))


def steps(workspace: Workspace) -> dict[Path, NamedNode]:
    """The CONSTRUCT steps, in their order, each with the graph of its conclusions."""
    # the number only orders the steps
    return {
        path: NamedNode(f"{GRAPH}inferred/{path.stem.lstrip('0123456789-')}") for path in workspace.query_files("build")
    }


def construct(store: Store, text: str, path: Path) -> set[Triple]:
    """What the query *text*, of the file *path*, constructs from the default graph of *store*.

    Raises `DataError` where it is not a CONSTRUCT.
    """
    try:
        result = store.query(text)
    except SyntaxError as error:
        raise DataError(f"not SPARQL: {error}", file=path, remedy="correct the query") from None
    if not isinstance(result, QueryTriples):
        raise DataError("a build step must be a CONSTRUCT", file=path, remedy="write CONSTRUCT { … } WHERE { … }")
    return set(result)


def infer(reading: Reading, workspace: Workspace) -> list[Quad]:
    """Return the conclusions from *reading*, each in the named graph of the step that drew it.

    Nothing that was read is repeated; order is not significant. Raises `DataError` for a step that is not a CONSTRUCT.
    """
    store = Store()
    store.bulk_extend(in_graph(quad) for quad in reading.quads)
    conclusions: list[Quad] = []

    def fresh(path: Path) -> list[Triple]:
        found = construct(store, path.read_text(encoding="utf-8"), path)
        return [triple for triple in found if in_graph(triple) not in store]

    growing = True
    while growing:
        growing = False
        for rule in rules(workspace):
            found = fresh(rule)
            store.extend(in_graph(triple) for triple in found)
            conclusions += (in_graph(triple, CLOSURE) for triple in found)
            growing |= bool(found)
    for step, graph in steps(workspace).items():
        conclusions += (in_graph(triple, graph) for triple in fresh(step))
    return conclusions
