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
from stancegraph.files.ledger import read_text
from stancegraph.isolation.deadline import step
from stancegraph.pipeline.reading import Reading
from stancegraph.rdf.namespaces import GRAPH
from stancegraph.rdf.quads import in_graph
from stancegraph.workspace.folders import Workspace

CLOSURE = NamedNode(f"{GRAPH}inferred/owl-rl")
"""The graph of what the rules conclude."""


def rules(workspace: Workspace) -> list[Path]:
    """The rules, in their order."""
    return workspace.query_files("build/owl-rl")


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
    step(f"the rule {path.stem}" if path.parent.name != "build" else f"the build step {path.stem}")
    try:
        result = store.query(text)
        if not isinstance(result, QueryTriples):
            raise DataError("a build step must be a CONSTRUCT", file=path, remedy="write CONSTRUCT { … } WHERE { … }")
        return set(result)
    except SyntaxError as error:
        raise DataError(f"not SPARQL: {error}", file=path, remedy="correct the query") from None
    except (OSError, RuntimeError, ValueError) as error:  # what the engine raises while it answers
        raise DataError(f"it cannot be answered: {error}", file=path, remedy="correct the query") from None


def infer(reading: Reading, workspace: Workspace) -> list[Quad]:
    """Return the conclusions from *reading*, each in the named graph of the step that drew it.

    Nothing that was read is repeated; order is not significant. Raises `DataError` for a step that is not a CONSTRUCT.
    """
    store = Store()
    store.bulk_extend(in_graph(quad) for quad in reading.quads)
    conclusions: list[Quad] = []

    def fresh(path: Path) -> list[Triple]:
        found = construct(store, read_text(path), path)
        return [triple for triple in found if in_graph(triple) not in store]

    growing = True
    while growing:
        growing = False
        for rule in rules(workspace):
            found = fresh(rule)
            store.extend(in_graph(triple) for triple in found)
            conclusions += (in_graph(triple, CLOSURE) for triple in found)
            growing |= bool(found)
    for path, graph in steps(workspace).items():
        conclusions += (in_graph(triple, graph) for triple in fresh(path))
    return conclusions
