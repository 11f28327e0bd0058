"""A process that publishes or builds, and dies at a given moment.

A moment is the number of a change of the file system, or of a request for a lock. Just before it, the process ends as
if by SIGKILL, with the exit status `GONE`. The exit status is 0 if there are fewer changes.
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
    """End this process just before the change with the number *moment*."""
    remaining = moment

    def watch(event: str, _: object) -> None:
        nonlocal remaining
        if event in _CHANGES:
            remaining -= 1
            if remaining == 0:
                os._exit(GONE)

    sys.addaudithook(watch)


def killed(moment: int, operation: str, *arguments: str) -> bool:
    """Run ``publish FOLDER WORD`` or ``build WORKSPACE`` in a process that dies at *moment*; return whether it died."""
    status = run(_do, moment, operation, arguments, dict(os.environ))
    assert status in {0, GONE, REFUSED}, status
    return status == GONE


def _do(moment: int, operation: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    from stancegraph.pipeline import building
    from stancegraph.pipeline.snapshot import publish
    from stancegraph.workspace.folders import find

    os.environ.clear()
    os.environ.update(environment)
    if operation == "publish":
        folder, word = arguments
        node = NamedNode("https://example.org/s")
        quads = [Quad(node, NamedNode("https://example.org/p"), Literal(word), node)]
        die_at(moment)
        publish(Path(folder), quads, word, {})
        return
    (folder,) = arguments
    if "STANCEGRAPH_PUBLISH_ALL" in os.environ:
        building._has_violations = lambda findings: False
    try:
        space = find(Path(folder))
        die_at(moment)
        building.build(space)
    except StancegraphError:
        sys.exit(REFUSED)
