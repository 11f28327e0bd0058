"""A process that publishes, or builds, and dies at a moment.

A moment is a number: just before the change of that number to the file system is made, or the lock of that number is
asked for, the process is gone, as if by SIGKILL, with exit status `GONE`. It exits with 0 if there are no so many.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from stancegraph.errors import StancegraphError
from tests.support.program import run

GONE, REFUSED = 9, 8
_CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "fcntl.flock", "os.utime"}


def die_at(moment: int) -> None:
    """End this process just before that many changes have been made."""
    left = moment

    def watch(event: str, _: object) -> None:
        nonlocal left
        if event in _CHANGES:
            left -= 1
            if left == 0:
                os._exit(GONE)

    sys.addaudithook(watch)


def killed(moment: int, deed: str, *given: str) -> bool:
    """Do *deed*, ``publish FOLDER WORD`` or ``build WORKSPACE``, in a process that dies at *moment*; whether it did."""
    status = run(_do, moment, deed, given, dict(os.environ))
    assert status in {0, GONE, REFUSED}, status
    return status == GONE


def _do(moment: int, deed: str, given: Sequence[str], environment: Mapping[str, str]) -> None:
    from stancegraph.pipeline import building
    from stancegraph.pipeline.snapshot import publish
    from stancegraph.workspace.folders import find

    os.environ.clear()
    os.environ.update(environment)
    if deed == "publish":
        folder, word = given
        node = NamedNode("https://example.org/s")
        quads = [Quad(node, NamedNode("https://example.org/p"), Literal(word), node)]
        die_at(moment)
        publish(Path(folder), quads, word, {})
        return
    (folder,) = given
    if "STANCEGRAPH_PUBLISH_ALL" in os.environ:
        building._has_violations = lambda findings: False
    try:
        space = find(Path(folder))
        die_at(moment)
        building.build(space)
    except StancegraphError:
        sys.exit(REFUSED)
