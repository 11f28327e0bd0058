"""Write files whole or not at all: the new one beside the old, then one rename."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from stancegraph.errors import OutsideError


def write_whole(path: Path, content: bytes) -> None:
    """Put *content* into *path*; what was there stays until the new file is whole.

    Raises `OutsideError` where the disk does not allow it.
    """
    write_all({path: content})


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Put each content into its file; no file changes before all of the new ones are there.

    Raises what `write_whole` raises.
    """
    beside = {path: path.with_name(f".{path.name}.{os.getpid()}") for path in contents}
    path = Path()
    try:
        for path, content in contents.items():
            beside[path].write_bytes(content)
        for path, fresh in beside.items():
            fresh.replace(path)
    except OSError as error:
        raise OutsideError(
            f"cannot write it: {error.strerror or error}", file=path, remedy="make room, or name a file that can be"
        ) from None
    finally:
        for fresh in beside.values():
            fresh.unlink(missing_ok=True)
