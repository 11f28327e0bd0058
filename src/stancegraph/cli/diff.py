"""``stancegraph diff``: what one snapshot says that another does not."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from pyoxigraph import Quad, RdfFormat, parse

from stancegraph.cli.context import note, of
from stancegraph.curation.changes import Change, ChangeType, compare
from stancegraph.errors import DataError, UsageError
from stancegraph.pipeline import snapshot

_SIGNS = {ChangeType.ADDED: "+", ChangeType.REMOVED: "-", ChangeType.CHANGED: "~"}


class _Format(StrEnum):
    TEXT = "text"
    MD = "md"
    JSON = "json"


def command(
    context: typer.Context,
    old: Annotated[str, typer.Argument(metavar="SNAPSHOT", help="A snapshot by the begin of its digest, or .nq file.")],
    new: Annotated[str, typer.Argument(metavar="SNAPSHOT", help="Another one, or `current`.")] = "current",
    format: Annotated[_Format, typer.Option(help="How to print the changes; md is for release notes.")] = _Format.TEXT,
) -> None:
    """Say what one snapshot states that another does not. Claim by claim; what is inferred is left out."""
    folder = of(context).workspace.snapshots
    changes = compare(_quads(folder, old), _quads(folder, new))
    if format is _Format.JSON:
        print(json.dumps([asdict(one) for one in changes], indent=2, ensure_ascii=False))
    else:
        for kind, group in groupby(changes, key=lambda one: one.kind):
            print(f"## {kind}\n" if format is _Format.MD else kind)
            for one in group:
                print(_told(one, format))
            print()
    counts = [(how, sum(one.how is how for one in changes)) for how in ChangeType]
    note(", ".join(f"{number} {how}" for how, number in counts) if changes else "the two say the same")


def _told(one: Change, format: _Format) -> str:
    mark = f"- {one.how}: " if format is _Format.MD else f"  {_SIGNS[one.how]} "
    lines = [f"{mark}{one.label}"]
    if one.how is ChangeType.CHANGED:
        pad = "  - " if format is _Format.MD else "      "
        lines += [f"{pad}no more: {value}" for value in one.gone] + [f"{pad}now: {value}" for value in one.new]
    return "\n".join(lines)


def _quads(folder: Path, name: str) -> Iterable[Quad]:
    """The quads of a snapshot; raise `UsageError` where *name* is none, or that of several."""
    if name.endswith(".nq"):
        try:
            return list(parse(path=name, format=RdfFormat.N_QUADS))
        except (OSError, SyntaxError, ValueError) as error:
            raise DataError(f"it cannot be read: {error}", file=name, remedy="export it as N-Quads again") from None
    known = sorted(path.parent for path in folder.glob(f"{16 * '[0-9a-f]'}*/manifest.json"))
    published = snapshot.current(folder)
    if name == "current" and published is not None:
        return list(published.open())
    found = [path for path in known if path.name.startswith(name)]
    if len(found) != 1:
        names = ", ".join(path.name for path in known) or "none so far"
        raise UsageError(
            f"{'several snapshots are' if found else 'no snapshot is'} called {name!r}",
            remedy=f"one of: {names}; or a file from `stancegraph export --format nq`",
        )
    return list(snapshot.open_store(found[0]))
