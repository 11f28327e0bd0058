"""The errors of tasks: what each one means in HTTP, and how a worker sends it to the server."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

from stancegraph.errors import ExternalError, StancegraphError, UsageError
from stancegraph.web.backend.cancelling import DisconnectedError

_MAX_MESSAGE = 2000  # characters


class RequestError(StancegraphError):
    """A request that cannot be answered.

    Attributes:
        status: The HTTP status code.
    """

    def __init__(self, status: int, message: str, remedy: str | None = None) -> None:
        self.status = status
        super().__init__(message, remedy=remedy)


class MovedError(RequestError):
    """The thing that is asked for has another name now.

    Attributes:
        path: The path of its new name on the site, without a slash at its beginning.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(301, "the thing has another name now", f"/{path}")


class TooSlowError(Exception):
    """The task took too long, and was stopped."""


class BusyError(Exception):
    """Too many tasks are waiting, or no worker became free in time."""


class WorkerEndedError(Exception):
    """The worker ended before its answer was complete: it took too much memory."""


class TooLargeError(Exception):
    """The answer is too large; the part of it that was sent is not complete."""


class InternalError(Exception):
    """The program itself failed, with the traceback as the message, which is for the log only."""


class NotAcceptableError(Exception):
    """The answer has no format that the client accepts."""


FAILURES: list[tuple[type[Exception], Callable[[Any], tuple[int, str, str | None]]]] = [
    (RequestError, lambda error: (error.status, error.message, error.remedy)),
    (ExternalError, lambda error: (502, error.message, error.remedy)),
    (UsageError, lambda error: (400, error.message, error.remedy)),
    (
        NotAcceptableError,
        lambda _: (406, "the answer is not available in an accepted format", "accept another media type"),
    ),
    (TooSlowError, lambda _: (504, "the request took too long and was stopped", "ask for less")),
    (TooLargeError, lambda _: (413, "the answer is too large", "ask for less, or add a LIMIT")),
    (WorkerEndedError, lambda _: (503, "the request took too much memory and was stopped", "ask for less")),
    (DisconnectedError, lambda _: (499, "the client has disconnected", None)),  # for the log: nobody receives it
    (BusyError, lambda _: (503, "too many requests are waiting", "try again in a moment")),
]
"""The types of errors, each with what makes the HTTP status, the message and the remedy from an error."""


def problem_details(error: Exception) -> dict[str, Any]:
    """Return what *error* means as problem details, by `RFC 9457 <https://www.rfc-editor.org/rfc/rfc9457>`_."""
    status, message, remedy = next(
        (explain(error) for error_type, explain in FAILURES if isinstance(error, error_type)),
        (500, "the server failed", None),
    )
    problem = {"type": "about:blank", "status": status, "title": _shorten(message)}
    return problem | ({"remedy": _shorten(remedy)} if remedy else {})


def encode_error(error: Exception) -> dict[str, Any]:
    """Return *error* as plain data, for a worker to send; `decode_error` makes an exception of it again."""
    if isinstance(error, MovedError):
        return {"kind": "moved", "path": error.path}
    if isinstance(error, NotAcceptableError):
        return {"kind": "not acceptable"}
    if isinstance(error, TooLargeError):
        return {"kind": "too large"}
    if isinstance(error, SyntaxError):
        message = f"not SPARQL 1.1: {_shorten(str(error))}"
        return {"kind": "request", "status": 400, "message": message, "remedy": "correct the query"}
    if isinstance(error, MemoryError):
        return {"kind": "memory"}
    problem = problem_details(error)
    if problem["status"] == 500 and isinstance(error, ValueError | RuntimeError | OSError):  # what engines raise
        problem = {"status": 400, "title": f"the query cannot be answered: {_shorten(str(error))}"}
    elif problem["status"] == 500:
        return {"kind": "failed", "traceback": "".join(traceback.format_exception(error))[-4 * _MAX_MESSAGE :]}
    return {
        "kind": "request",
        "status": problem["status"],
        "message": problem["title"],
        "remedy": problem.get("remedy"),
    }


def decode_error(content: dict[str, Any]) -> Exception:
    """Return the exception that `encode_error` has made *content* from."""
    match content["kind"]:
        case "moved":
            return MovedError(str(content["path"]))
        case "not acceptable":
            return NotAcceptableError()
        case "too large":
            return TooLargeError()
        case "memory":
            return WorkerEndedError()
        case "failed":
            return InternalError(str(content["traceback"]))
    return RequestError(int(content["status"]), str(content["message"]), content.get("remedy"))


def _shorten(text: str) -> str:
    encodable = text.encode("utf-8", "replace").decode("utf-8")  # lone surrogates cannot be sent
    return encodable if len(encodable) <= _MAX_MESSAGE else f"{encodable[:_MAX_MESSAGE]}…"
