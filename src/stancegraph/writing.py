"""Write files whole or not at all: the new one beside the old, then one rename."""

from __future__ import annotations

import os
from pathlib import Path

from stancegraph.errors import OutsideError


def write_whole(path: Path, content: bytes) -> None:
    """Put *content* into *path*; what was there stays until the new file is whole.

    Raises `OutsideError` where the disk does not allow it.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise OutsideError(
            f"cannot write it: {error.strerror or error}", file=path, remedy="make room, or name a file that can be"
        ) from None
