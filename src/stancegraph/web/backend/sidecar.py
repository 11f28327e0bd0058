"""A process that does one kind of work for the server, one thing at a time, and is replaced where that takes too long.

For what may not be done in the process that serves all, and what workers cannot do: drawing, for which a browser's
engine must start; and the desk, which writes files. It is started when it is first needed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from stancegraph.errors import ExternalError, StancegraphError
from stancegraph.web.failures import BusyError, TooSlowError

_STARTS = 30.0  # seconds for a process to be there


@dataclass(eq=False)
class Sidecar:
    """A process in which *make* makes an object, whose methods are called; *name* says for what, in messages."""

    name: str
    make: Callable[[], Any]
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _process: BaseProcess | None = field(default=None, init=False)
    _connection: Connection[Any, Any] | None = field(default=None, init=False)

    def call(self, method: str, *arguments: Any, seconds: float) -> Any:
        """What *method* of the object returns for *arguments*, within *seconds*.

        Raises what the method raises of ours; `TooSlowError` where it takes longer, and the process is ended then;
        `BusyError` where another call takes all of the time; `ExternalError` where the process breaks off.
        """
        until = time.monotonic() + seconds
        if not self._lock.acquire(timeout=seconds):
            raise BusyError
        try:
            connection = self._started()
            connection.send((method, arguments))
            if not connection.poll(max(0.0, until - time.monotonic())):
                raise TooSlowError
            good, told = connection.recv()
        except TooSlowError:
            self._end()
            raise
        except (EOFError, OSError):
            self._end()
            raise ExternalError(f"{self.name} broke off", remedy="ask for less, or try again") from None
        finally:
            self._lock.release()
        if good:
            return told
        raise told

    def _started(self) -> Connection[Any, Any]:
        if self._process is not None and self._connection is not None and self._process.is_alive():
            return self._connection
        self._end()
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self.make), daemon=True)
        self._process.start()
        theirs.close()
        self._connection = ours
        if not ours.poll(_STARTS):
            raise EOFError
        ours.recv()
        return ours

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join(10)
            self._process.close()
        if self._connection is not None:
            self._connection.close()
        self._process = self._connection = None

    def close(self) -> None:
        """End the process, as soon as it has nothing to do."""
        with self._lock:
            self._end()


def _serve(server: Connection[Any, Any], make: Callable[[], Any]) -> None:
    """Do what *server* asks for, until it goes."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server tells when to end
    made = make()
    server.send(None)
    while True:
        try:
            method, arguments = server.recv()
        except EOFError:
            return
        try:
            told = (True, getattr(made, method)(*arguments))
        except StancegraphError as error:
            told = (False, error)
        except Exception as error:
            import traceback

            traceback.print_exc()
            told = (False, ExternalError(f"the server failed: {type(error).__name__}"))
        try:
            server.send(told)
        except (BrokenPipeError, ConnectionError):
            return
