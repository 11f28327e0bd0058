"""What makes a run of thousands of small tests fast."""

from __future__ import annotations

import gc
import os
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
"""A file system in memory, on Linux."""
ENOUGH = 6 << 30  # bytes; what all tests write at a time is less than half of it


def write_into_memory() -> None:
    """Let temporary files be written into memory, where there is room: small stores wait for disks often."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and _has_room(MEMORY):
        os.environ.setdefault("TMPDIR", str(MEMORY))
        tempfile.tempdir = None  # is asked for anew


def spare_collector() -> None:
    """Keep the collector from looking, at each of its rounds, through all that has been imported by now."""
    gc.collect()
    gc.freeze()


def _has_room(folder: Path) -> bool:
    """Return whether the tests can write, and start programs, in a folder."""
    state = os.statvfs(folder)
    return state.f_bavail * state.f_frsize >= ENOUGH and not state.f_flag & os.ST_NOEXEC
