"""A client that goes away lets go of what was begun for it."""

from __future__ import annotations

import threading
from collections.abc import Callable


class GoneError(Exception):
    """The client has gone: nobody waits for the answer."""


class Cancellation:
    """Whether something is still wanted; and what is to be done when it is not, from whichever thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._actions: list[Callable[[], None]] = []
        self.cancelled = False

    def cancel(self) -> None:
        """It is wanted no more."""
        with self._lock:
            self.cancelled = True
            actions, self._actions = self._actions, []
        for action in actions:
            action()

    def then(self, action: Callable[[], None]) -> None:
        """Do *action* when it is cancelled; at once where it is."""
        with self._lock:
            if not self.cancelled:
                self._actions.append(action)
                return
        action()
