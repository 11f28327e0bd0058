"""``stancegraph diff``: compare what two snapshots state."""

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

from stancegraph.cli.context import global_options, note
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
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD", help="The older snapshot, by the first characters of its digest; or an .nq file."
        ),
    ],
    new: Annotated[
        str, typer.Argument(metavar="NEW", help="The newer one, given in the same way, or `current`.")
    ] = "current",
    format: Annotated[_Format, typer.Option(help="The output format; md suits release notes.")] = _Format.TEXT,
) -> None:
    """Show what changed between two snapshots. Compare them claim by claim; leave out inferred statements."""
    folder = global_options(context).workspace.snapshots
    changes = compare(_load_quads(folder, old), _load_quads(folder, new))
    if format is _Format.JSON:
        print(json.dumps([asdict(change) for change in changes], indent=2, ensure_ascii=False))
    else:
        for kind, group in groupby(changes, key=lambda change: change.kind):
            print(f"## {kind}\n" if format is _Format.MD else kind)
            for change in group:
                print(_format_change(change, format))
            print()
    counts = [(how, sum(change.how is how for change in changes)) for how in ChangeType]
    note(", ".join(f"{number} {how}" for how, number in counts) if changes else "The two state the same.")


def _format_change(change: Change, format: _Format) -> str:
    mark = f"- {change.how}: " if format is _Format.MD else f"  {_SIGNS[change.how]} "
    lines = [f"{mark}{change.label}"]
    if change.how is ChangeType.CHANGED:
        indent = "  - " if format is _Format.MD else "      "
        lines += [f"{indent}no longer: {value}" for value in change.gone]
        lines += [f"{indent}now: {value}" for value in change.new]
    return "\n".join(lines)


def _load_quads(folder: Path, name: str) -> Iterable[Quad]:
    """Return the quads of a snapshot or file.

    Args:
        folder: The folder of the snapshots.
        name: The first characters of the digest of a snapshot; ``current``; or the path of a file, ending in ``.nq``.

    Raises:
        UsageError: No snapshot, or more than one, has this name.
        DataError: The file cannot be read.
    """
    if name.endswith(".nq"):
        try:
            return list(parse(path=name, format=RdfFormat.N_QUADS))
        except (OSError, SyntaxError, ValueError) as error:
            raise DataError(f"it cannot be read: {error}", file=name, remedy="export it as N-Quads again") from None
    folders = sorted(path.parent for path in folder.glob(f"{16 * '[0-9a-f]'}*/manifest.json"))
    published = snapshot.current(folder)
    if name == "current" and published is not None:
        return list(published.open())
    matches = [path for path in folders if path.name.startswith(name)]
    if len(matches) != 1:
        names = ", ".join(path.name for path in folders) or "none so far"
        raise UsageError(
            f"{'several snapshots are' if matches else 'no snapshot is'} called {name!r}",
            remedy=f"one of: {names}; or a file from `stancegraph export --format nq`",
        )
    return list(snapshot.open_store(matches[0]))
