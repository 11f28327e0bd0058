"""``stancegraph entity``: merge two entities that are one, split one that is two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from stancegraph.api import KnowledgeGraph
from stancegraph.cli.context import note, of
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
    old: Annotated[str, typer.Argument(help="The entity that goes, by label or IRI.")],
    new: Annotated[str, typer.Argument(help="The entity that it is, and that stays.")],
) -> None:
    """Make two entities one. References follow; names become aliases, and the old IRI is kept."""
    from stancegraph.curation import merging

    space = of(context).workspace
    with journal.exclusive_access(space.root):
        known = _known(space)
        changes = merging.merge(space, known.resolve(old).value, known.resolve(new).value)
        changes.apply()
    _tell(space, changes)


@app.command("split")
def split_entity(
    context: typer.Context,
    entity: Annotated[str, typer.Argument(help="The entity that is two, by label or IRI.")],
    new: Annotated[str, typer.Argument(help="The IRI of the new one, such as actor:ChineseNavy.")],
    label: Annotated[str, typer.Option(help="What the new one is called.")],
    claim: Annotated[
        list[str], typer.Option(help="A claim or other record about the new one, by label or IRI; repeatable.")
    ],
) -> None:
    """Take a new entity out of one. What the named claims say of it is said of the new one."""
    from stancegraph.curation import merging

    space = of(context).workspace  # which declares the prefixes that *new* may have
    iri = expand(new) or (new if "://" in new else None)
    if iri is None:
        raise UsageError(f"{new!r} is not an IRI", remedy="write one such as actor:ChineseNavy")
    with journal.exclusive_access(space.root):
        known = _known(space)
        claims = [known.resolve(one).value for one in claim]
        changes = merging.split(space, known.resolve(entity).value, iri, label, claims)
        changes.apply()
    _tell(space, changes)


def _known(space: Workspace) -> KnowledgeGraph:
    """What the files say as they are: what is to be mended may keep them from being built."""
    from stancegraph.pipeline.reading import read_workspace
    from stancegraph.sparql.engine import Oxigraph

    return KnowledgeGraph(space, Oxigraph(read_workspace(space).store()))


def _tell(space: Workspace, changes: ChangeSet) -> None:
    for path in changes.contents:
        note(space.relative(path))
    for remark in changes.remarks:
        note(remark)
    note("`stancegraph build` takes it in.")
