"""Draw conclusions: OWL 2 RL rules to a fixed point, then the CONSTRUCT steps, each into a graph of its own.

What was read, together with what the rules conclude from it, is the *closure*; each step queries the closure, without
the conclusions of other steps.

The rules are SPARQL in ``queries/build/owl-rl/``, one per rule of `OWL 2 Profiles, section 4.3
<https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules>`_, under the name it has
there. The rule for property chains skips disputed claims: nothing about the world follows from them.
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
"""The graph of the conclusions of the rules."""


def rules(workspace: Workspace) -> list[Path]:
    """Return the files of the rules of *workspace*, in their order."""
    return workspace.query_files("build/owl-rl")


def steps(workspace: Workspace) -> dict[Path, NamedNode]:
    """Return the files of the CONSTRUCT steps of *workspace*, in their order, with the graphs of their conclusions."""
    # the number in a file name only orders the steps
    return {
        path: NamedNode(f"{GRAPH}inferred/{path.stem.lstrip('0123456789-')}") for path in workspace.query_files("build")
    }


def construct(store: Store, text: str, path: Path) -> set[Triple]:
    """Return the triples that a query constructs from a store.

    Args:
        store: The store, of which only the default graph is queried.
        text: The query.
        path: The file that the query is from, for messages.

    Returns:
        The triples, without repetition.

    Raises:
        DataError: If the query is not a CONSTRUCT, does not parse, or cannot be answered.
    """
    step(f"the rule {path.stem}" if path.parent.name != "build" else f"the build step {path.stem}")
    try:
        result = store.query(text)
        if not isinstance(result, QueryTriples):
            raise DataError("a build step must be a CONSTRUCT", file=path, remedy="write CONSTRUCT { … } WHERE { … }")
        return set(result)
    except SyntaxError as error:
        raise DataError(f"not SPARQL: {error}", file=path, remedy="correct the query") from None
    except (OSError, RuntimeError, ValueError) as error:  # raised by the engine while it answers
        raise DataError(f"the query cannot be answered: {error}", file=path, remedy="correct the query") from None


def infer(reading: Reading, workspace: Workspace) -> list[Quad]:
    """Return the conclusions from what was read, by the rules and steps of a workspace.

    Args:
        reading: The quads that were read.
        workspace: The workspace that has the rules and steps.

    Returns:
        The conclusions, in no particular order, each in the named graph of the step that drew it, or in `CLOSURE`.
        None of them repeats a triple that was read.

    Raises:
        DataError: If a rule or step is not a CONSTRUCT, does not parse, or cannot be answered.
        ExternalError: If the file of a rule or step cannot be read.
    """
    store = Store()
    store.bulk_extend(in_graph(quad) for quad in reading.quads)
    conclusions: list[Quad] = []

    def conclude(path: Path) -> list[Triple]:
        constructed = construct(store, read_text(path), path)
        return [triple for triple in constructed if in_graph(triple) not in store]

    growing = True
    while growing:
        growing = False
        for rule in rules(workspace):
            concluded = conclude(rule)
            store.extend(in_graph(triple) for triple in concluded)
            conclusions += (in_graph(triple, CLOSURE) for triple in concluded)
            growing |= bool(concluded)
    for path, graph in steps(workspace).items():
        conclusions += (in_graph(triple, graph) for triple in conclude(path))
    return conclusions
