"""Results that an engine holds open, each read and freed by the thread that opened it, whoever drops it.

pyoxigraph ends the process where another thread reads a result, and loses what the result holds where another thread
frees it. Which thread frees an object of Python is not for the program to say: the garbage collector runs in any.
"""

from __future__ import annotations

import threading
from collections import deque

from pyoxigraph import QuerySolutions


class _Thread(threading.local):
    """What belongs to a thread: the results that others have dropped, until it opens the next one, or ends."""

    def __init__(self) -> None:
        self.dropped: deque[QuerySolutions] = deque()


_THREAD = _Thread()


class OpenResult:
    """An open result of an engine, for the thread that makes this object."""

    __slots__ = ("_owner", "_solutions")

    def __init__(self, solutions: QuerySolutions) -> None:
        self._owner = _THREAD.dropped
        self._owner.clear()
        self._solutions: QuerySolutions | None = solutions

    def take(self) -> QuerySolutions | None:
        """Return the result, if this thread opened it and has not taken it yet."""
        if self._owner is not _THREAD.dropped:
            return None
        solutions, self._solutions = self._solutions, None
        return solutions

    def __del__(self, thread: _Thread = _THREAD) -> None:
        if self._solutions is not None and self._owner is not thread.dropped:
            self._owner.append(self._solutions)
