"""``stancegraph init``: create a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stancegraph.cli.context import note
from stancegraph.workspace.scaffold import create_workspace


def command(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder to create; if it exists already, it must be empty.")
    ],
) -> None:
    """Create a workspace. It has the ontology, the vocabulary, the questions, and an example of each kind of fact."""
    create_workspace(folder)
    print(folder)
    note(f"Next: cd {folder} && stancegraph build && stancegraph ask stances-of-actor --actor 'Rudolf Rassendyll'")
