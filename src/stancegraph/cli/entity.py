"""``stancegraph entity``: merge and split entities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from stancegraph.api import KnowledgeGraph
from stancegraph.cli.context import global_options, note
from stancegraph.errors import UsageError
from stancegraph.files import journal
from stancegraph.rdf.namespaces import expand

if TYPE_CHECKING:
    from stancegraph.files.change_set import ChangeSet
    from stancegraph.workspace.folders import Workspace

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.command("merge")
def merge_entities(
    context: typer.Context,
    old: Annotated[str, typer.Argument(metavar="OLD", help="The entity to merge into another, by label or IRI.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The entity that stays, by label or IRI.")],
) -> None:
    """Merge two entities that are one. References follow, names become aliases, and the old IRI stays valid."""
    from stancegraph.curation import merging

    workspace = global_options(context).workspace
    with journal.exclusive_access(workspace.root):
        graph = _read_graph(workspace)
        changes = merging.merge(workspace, graph.resolve(old).value, graph.resolve(new).value)
        changes.apply()
    _report(workspace, changes)


@app.command("split")
def split_entity(
    context: typer.Context,
    entity: Annotated[str, typer.Argument(metavar="ENTITY", help="The entity to split, by label or IRI.")],
    new: Annotated[str, typer.Argument(metavar="IRI", help="The IRI of the new entity, such as actor:ChineseNavy.")],
    label: Annotated[str, typer.Option(help="The label of the new entity.")],
    claim: Annotated[
        list[str],
        typer.Option(help="A claim or other record about the new entity, by label or IRI; repeatable."),
    ],
) -> None:
    """Split an entity that is two. What the given claims say about it then holds for the new entity."""
    from stancegraph.curation import merging

    workspace = global_options(context).workspace  # which declares the prefixes
    iri = expand(new) or (new if "://" in new else None)
    if iri is None:
        raise UsageError(f"{new!r} is not an IRI", remedy="write one such as actor:ChineseNavy")
    with journal.exclusive_access(workspace.root):
        graph = _read_graph(workspace)
        claims = [graph.resolve(name).value for name in claim]
        changes = merging.split(workspace, graph.resolve(entity).value, iri, label, claims)
        changes.apply()
    _report(workspace, changes)


def _read_graph(workspace: Workspace) -> KnowledgeGraph:
    """Return the graph of the files as they are: the fault to be corrected may keep them from being built."""
    from stancegraph.pipeline.reading import read_workspace
    from stancegraph.sparql.engine import Oxigraph

    return KnowledgeGraph(workspace, Oxigraph(read_workspace(workspace).store()))


def _report(workspace: Workspace, changes: ChangeSet) -> None:
    for path in changes.contents:
        note(workspace.relative(path))
    for remark in changes.remarks:
        note(remark)
    note("`stancegraph build` publishes the change.")
