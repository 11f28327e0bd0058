"""Cancel what was started for a client that has disconnected."""

from __future__ import annotations

import threading
from collections.abc import Callable


class DisconnectedError(Exception):
    """The client has disconnected: nobody waits for the answer."""


class Cancellation:
    """The cancellation of some work, which any thread may request or observe.

    Attributes:
        cancelled: Whether the work has been cancelled.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._actions: list[Callable[[], None]] = []
        self.cancelled = False

    def cancel(self) -> None:
        """Cancel the work, and run the actions registered with `on_cancel` in this thread."""
        with self._lock:
            self.cancelled = True
            actions, self._actions = self._actions, []
        for action in actions:
            action()

    def on_cancel(self, action: Callable[[], None]) -> None:
        """Run *action* when the work is cancelled, or at once if it already has been."""
        with self._lock:
            if not self.cancelled:
                self._actions.append(action)
                return
        action()
