"""The commands of the program, as they are registered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from stancegraph.cli import main as cli


def commands() -> Iterator[tuple[str, ...]]:
    """Yield every command of the program by its words, such as ``("entity", "merge")``."""
    yield from _leaves(typer.main.get_command(cli.app), ())


def _leaves(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if not hasattr(command, "commands"):
        yield path
        return
    for name, subcommand in command.commands.items():
        yield from _leaves(subcommand, (*path, name))
