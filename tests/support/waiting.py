"""Wait for what other threads and processes do."""

from __future__ import annotations

import time
from collections.abc import Callable


def happens(condition: Callable[[], bool], seconds: float = 30) -> bool:
    """Return whether *condition* comes true within *seconds*, which are a bound and no measure."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return condition()


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for *condition* to come true; fail if it does not within *seconds*."""
    assert happens(condition, seconds), f"it does not happen within {seconds:g} seconds"
