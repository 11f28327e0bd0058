"""What can go wrong with a task: the status of HTTP, the message and the remedy; and how it comes from a worker."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

from stancegraph.errors import ExternalError, StancegraphError, UsageError
from stancegraph.web.backend.cancelling import GoneError

_LONGEST = 2000  # characters of a message


class RequestError(StancegraphError):
    """A request that cannot be answered: *status* is the status code of HTTP."""

    def __init__(self, status: int, message: str, remedy: str | None = None) -> None:
        self.status = status
        super().__init__(message, remedy=remedy)


class MovedError(RequestError):
    """What is asked for has another name now: that of the thing at *path*."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(301, "it has another name now", f"/{path}")


class TooSlowError(Exception):
    """The task took longer than it may, and was stopped."""


class BusyError(Exception):
    """Too many tasks wait, or no worker came free in time."""


class BrokeOffError(Exception):
    """The worker ended in the middle: it took more memory than it may."""


class TooLargeError(Exception):
    """The answer is larger than it may be; what was given of it is not whole."""


class FailedError(Exception):
    """A fault of the program's own, with where it is, for the log."""


class NotAcceptableError(Exception):
    """The answer is of a kind for which the client accepts no form."""


FAILURES: list[tuple[type[Exception], Callable[[Any], tuple[int, str, str | None]]]] = [
    (RequestError, lambda e: (e.status, e.message, e.remedy)),
    (ExternalError, lambda e: (502, e.message, e.remedy)),
    (UsageError, lambda e: (400, e.message, e.remedy)),
    (NotAcceptableError, lambda e: (406, "the answer has no form that is accepted", "accept another media type")),
    (TooSlowError, lambda e: (504, "it took longer than it may, and was stopped", "ask for less")),
    (TooLargeError, lambda e: (413, "the answer is larger than it may be", "ask for less, or with LIMIT")),
    (BrokeOffError, lambda e: (503, "it took more memory than it may, and was stopped", "ask for less")),
    (GoneError, lambda e: (499, "the client has gone", None)),  # which nobody reads
    (BusyError, lambda e: (503, "too many queries wait", "try again")),
]
"""What can go wrong: the status of HTTP, the message and the remedy."""


def problem(error: Exception) -> dict[str, Any]:
    """What *error* means, by `RFC 9457 <https://www.rfc-editor.org/rfc/rfc9457>`_."""
    status, message, remedy = next(
        (told(error) for kind, told in FAILURES if isinstance(error, kind)), (500, "the server failed", None)
    )
    told = {"type": "about:blank", "status": status, "title": _short(message)}
    return told | ({"remedy": _short(remedy)} if remedy else {})


def sent(error: Exception) -> dict[str, Any]:
    """*error* as a worker sends it: plain data, from which `received` makes an exception again."""
    if isinstance(error, MovedError):
        return {"kind": "moved", "path": error.path}
    if isinstance(error, NotAcceptableError):
        return {"kind": "not acceptable"}
    if isinstance(error, TooLargeError):
        return {"kind": "too large"}
    if isinstance(error, SyntaxError):
        told = {"status": 400, "message": f"not SPARQL 1.1: {_short(str(error))}", "remedy": "correct the query"}
        return {"kind": "request", **told}
    if isinstance(error, MemoryError):
        return {"kind": "memory"}
    told = problem(error)
    if told["status"] == 500 and isinstance(error, ValueError | RuntimeError | OSError):  # what engines raise
        told = {"status": 400, "title": f"the query cannot be answered: {_short(str(error))}"}
    elif told["status"] == 500:
        return {"kind": "failed", "trace": "".join(traceback.format_exception(error))[-4 * _LONGEST :]}
    return {"kind": "request", "status": told["status"], "message": told["title"], "remedy": told.get("remedy")}


def received(told: dict[str, Any]) -> Exception:
    """The exception that a worker has `sent`."""
    match told["kind"]:
        case "moved":
            return MovedError(str(told["path"]))
        case "not acceptable":
            return NotAcceptableError()
        case "too large":
            return TooLargeError()
        case "memory":
            return BrokeOffError()
        case "failed":
            return FailedError(str(told["trace"]))
    return RequestError(int(told["status"]), str(told["message"]), told.get("remedy"))


def _short(words: str) -> str:
    plain = words.encode("utf-8", "replace").decode("utf-8")  # what is no character cannot be sent on
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"
