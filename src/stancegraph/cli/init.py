"""``stancegraph init``: a new workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stancegraph.cli.context import note
from stancegraph.workspace.scaffold import create_workspace


def command(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder to make; it must not be there, or be empty.")
    ],
) -> None:
    """Make a new workspace. With ontology, vocabulary, questions, and a worked example of each kind of fact."""
    create_workspace(folder)
    print(folder)
    note(f"Next: cd {folder} && stancegraph build && stancegraph ask stances-of-actor --actor 'Rudolf Rassendyll'")
