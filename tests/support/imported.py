"""What the program imports where a command needs it, and what takes long to import; for `tests.support.program`."""

from __future__ import annotations

from contextlib import suppress

with suppress(ImportError):  # without the extra `draft`, the command says so
    pass
