"""``stancegraph entity``: merge two entities that are one, split one that is two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from stancegraph.commands.context import Context, note, of
from stancegraph.errors import CallError
from stancegraph.prefixes import expand

if TYPE_CHECKING:
    from stancegraph import entities

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.command("merge")
def merge_entities(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help="The entity that goes, by label or IRI.")],
    new: Annotated[str, typer.Argument(help="The entity that it is, and that stays.")],
) -> None:
    """Make two entities one. References follow; names become aliases, and the old IRI is kept."""
    from stancegraph import entities

    given = of(context)
    plan = entities.merge(given.workspace, _iri(given, old), _iri(given, new))
    _carry_out(given, plan)


@app.command("split")
def split_entity(
    context: typer.Context,
    entity: Annotated[str, typer.Argument(help="The entity that is two, by label or IRI.")],
    new: Annotated[str, typer.Argument(help="The IRI of the new one, such as actor:ChineseNavy.")],
    label: Annotated[str, typer.Option(help="What the new one is called.")],
    claim: Annotated[list[str], typer.Option(help="A claim or other record that is about the new one; repeatable.")],
) -> None:
    """Take a new entity out of one. What the named claims say of it is said of the new one."""
    from stancegraph import entities

    given = of(context)
    iri = expand(new) or (new if "://" in new else None)
    if iri is None:
        raise CallError(f"{new!r} is no IRI", remedy="write one such as actor:ChineseNavy")
    claims = [expand(one) or one for one in claim]
    _carry_out(given, entities.split(given.workspace, _iri(given, entity), iri, label, claims))


def _iri(given: Context, words: str) -> str:
    """The IRI of what *words* name in the files as they are: what is to be mended may keep them from being built."""
    from stancegraph.engine import Oxigraph
    from stancegraph.reading import read_workspace
    from stancegraph.values import resolve

    return resolve(Oxigraph(read_workspace(given.workspace).store()), words).value


def _carry_out(given: Context, plan: entities.Plan) -> None:
    plan.carry_out()
    for path in plan.contents:
        note(given.workspace.relative(path))
    for remark in plan.remarks:
        note(remark)
    note("`stancegraph build` takes it in.")
