"""A change to several files of a workspace, worked out before the first is written, and applied whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from stancegraph.files import journal


@dataclass
class ChangeSet:
    """The files that a change writes.

    Attributes:
        root: The root of the workspace.
        contents: The new content of each file that changes; None where the file is removed.
        remarks: What a person should look at before, in words.
    """

    root: Path
    contents: dict[Path, bytes | None] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def apply(self) -> None:
        """Write every file, or none.

        Raises:
            ExternalError: The disk does not allow it; every file is as it was.
        """
        journal.commit(self.root, self.contents)
