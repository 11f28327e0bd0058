"""A process that does one kind of work for the server, one call at a time, and is replaced when a call takes too long.

It is for work that must not be done in the server's own process and that workers cannot do: drawing, for which a
browser's JavaScript engine must start, and editing, which writes files. It is started when it is first needed.
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

_START_SECONDS = 30.0


@dataclass(eq=False)
class Sidecar:
    """An object in a process of its own, whose methods are called from here.

    Args:
        name: What the process is for, as the subject of a message.
        factory: Makes the object, in the process.
    """

    name: str
    factory: Callable[[], Any]
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _process: BaseProcess | None = field(default=None, init=False)
    _connection: Connection[Any, Any] | None = field(default=None, init=False)

    def call(self, method: str, *arguments: Any, seconds: float) -> Any:
        """Return what *method* of the object returns for *arguments*.

        Args:
            method: The name of the method.
            *arguments: Its arguments, which must be picklable.
            seconds: How long to wait at most, for other calls and for this one.

        Raises:
            StancegraphError: What the method raises.
            TooSlowError: The method took too long; the process has been ended.
            BusyError: Other calls took all of the time.
            ExternalError: The process ended, or the method raised an error that is not a `StancegraphError`.
        """
        deadline = time.monotonic() + seconds
        if not self._lock.acquire(timeout=seconds):
            raise BusyError
        try:
            connection = self._connect()
            connection.send((method, arguments))
            if not connection.poll(max(0.0, deadline - time.monotonic())):
                raise TooSlowError
            succeeded, outcome = connection.recv()
        except TooSlowError:
            self._end()
            raise
        except (EOFError, OSError):
            self._end()
            raise ExternalError(f"{self.name} ended unexpectedly", remedy="ask for less, or try again") from None
        finally:
            self._lock.release()
        if succeeded:
            return outcome
        raise outcome

    def _connect(self) -> Connection[Any, Any]:
        """Return the connection to the process, which is started if it is not running."""
        if self._process is not None and self._connection is not None and self._process.is_alive():
            return self._connection
        self._end()
        context = get_context("spawn")
        parent_end, child_end = context.Pipe()
        self._process = context.Process(target=_serve, args=(child_end, self.factory), daemon=True)
        self._process.start()
        child_end.close()
        self._connection = parent_end
        if not parent_end.poll(_START_SECONDS):
            raise EOFError
        parent_end.recv()
        return parent_end

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join(10)
            self._process.close()
        if self._connection is not None:
            self._connection.close()
        self._process = self._connection = None

    def close(self) -> None:
        """End the process, once the call under way has returned."""
        with self._lock:
            self._end()


def _serve(server: Connection[Any, Any], factory: Callable[[], Any]) -> None:
    """Make the object, and call its methods as *server* asks until the connection closes."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches this process too, but the server decides when to end
    instance = factory()
    server.send(None)
    while True:
        try:
            method, arguments = server.recv()
        except EOFError:
            return
        try:
            reply = (True, getattr(instance, method)(*arguments))
        except StancegraphError as error:
            reply = (False, error)
        except Exception as error:
            import traceback

            traceback.print_exc()
            reply = (False, ExternalError(f"the server failed: {type(error).__name__}"))
        try:
            server.send(reply)
        except (BrokenPipeError, ConnectionError):
            return
