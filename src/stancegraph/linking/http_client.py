"""Asking public services: who asks, how often and how long, when to try again, and when to give up.

Each request has a User-Agent with a contact, waits its turn, and has a bound in time and size as a whole. What a
service asks for by Retry-After is done; what may pass is tried again, ever later, and not without end; a service that
fails time after time is left alone. What was answered is kept on disk with its age: the next run goes on from there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import ssl
import time
import urllib.error
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any, TypeVar

from stancegraph import __version__
from stancegraph.errors import ExternalError
from stancegraph.files.writing import write_whole
from stancegraph.http.outbound import Outbound

AGENT = f"stancegraph/{__version__} (https://w3id.org/stancegraph; {{contact}})"
_PASSING = frozenset({429, 500, 502, 503, 504})  # that a later try may find gone
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class RequestPolicy:
    """How to ask: the *contact* in the User-Agent; seconds between requests, for each, and to wait at most.

    A request is made *tries* times, and takes at most so many bytes. After *failures* in a row the service is left
    alone.
    """

    contact: str
    interval: float = 1.0
    seconds: float = 60.0
    patience: float = 120.0
    tries: int = 4
    largest: int = 64 << 20
    failures: int = 3
    sleep: Callable[[float], None] = time.sleep

    @property
    def agent(self) -> str:
        """The User-Agent."""
        return AGENT.format(contact=self.contact)


class PassingError(Exception):
    """What may be gone at a later try; *wait* is what the service asks for, in seconds."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass
class RateLimitedClient:
    """A service of somebody else, asked with *policy*; the folder *cache* keeps answers for *keep* seconds.

    It is *named* where whoever runs the program gave its address, and may then be within a network of one's own.
    """

    url: str
    policy: RequestPolicy
    cache: Path | None = None
    keep: float = 7 * 86400.0
    named: bool = True
    _last: float = field(default=0.0, init=False)
    _failed: int = field(default=0, init=False)

    def answered(self, request: str, send: Callable[[], Any], read: Callable[[bytes], _T]) -> tuple[_T, float]:
        """What *read* makes of the answer to *request*, and its age in seconds: 0 where it was asked for now.

        *send* sends the request and returns the response, an open one. Raises `ExternalError` where the service does
        not answer as it must, or is left alone.
        """
        kept = self._kept(request, read)
        if kept is not None:
            return kept
        if self._failed >= self.policy.failures:
            raise ExternalError(
                f"left alone after {self._failed} failures in a row", file=self.url, remedy="try again later"
            )
        try:
            body = self._patiently(send)
            made = read(body)
        except ExternalError:
            self._failed += 1
            raise
        self._failed = 0
        self._keep(request, body)
        return made, 0.0

    def outbound(self) -> Outbound:
        """How far the calls for it go."""
        policy = self.policy
        return Outbound.naming([self.url] if self.named else [], policy.seconds, policy.largest)

    def _patiently(self, send: Callable[[], Any]) -> bytes:
        """Ask until there is an answer, as often and as late as policy have it."""
        import tenacity

        later = tenacity.wait_exponential_jitter(multiplier=self.policy.interval, max=self.policy.patience)

        def wait(state: tenacity.RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome is not None else None
            asked = error.wait if isinstance(error, PassingError) else None
            if asked is not None:
                return asked
            return float(later(state))

        trying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(PassingError),
            stop=tenacity.stop_after_attempt(self.policy.tries),
            wait=wait,
            sleep=self.policy.sleep,
            reraise=True,
        )
        try:
            body: bytes = trying(self._once, send)
            return body
        except PassingError as error:
            raise ExternalError(
                f"{error}, {self.policy.tries} times", file=self.url, remedy="try again later; nothing was lost"
            ) from None

    def _once(self, send: Callable[[], Any]) -> bytes:
        pause = self._last + self.policy.interval - time.monotonic()
        if pause > 0:
            self.policy.sleep(pause)
        self._last = time.monotonic()
        try:
            with contextlib.closing(send()) as response:
                return self._whole(response)
        except urllib.error.HTTPError as error:
            raise self._refused(error.code, error.headers.get("Retry-After")) from None
        except (HTTPException, OSError, ValueError) as error:
            if isinstance(getattr(error, "reason", error), ssl.SSLError):
                raise ExternalError(
                    f"its certificate is not to be trusted: {error}",
                    file=self.url,
                    remedy="check the address; nothing was sent",
                ) from None
            raise PassingError(f"no whole answer: {error}") from None

    def _whole(self, response: Any) -> bytes:
        kind = str(response.headers.get("Content-Type", "")).split(";")[0].strip().lower()
        body: bytes = response.read(self.policy.largest + 1)
        if len(body) > self.policy.largest:
            raise ExternalError(f"more than {self.policy.largest} bytes", file=self.url, remedy="ask for less at once")
        length = response.headers.get("Content-Length")
        if length is not None and length.isdigit() and len(body) < int(length):
            raise HTTPException(f"{len(body)} bytes of {length}")
        if kind not in {"application/sparql-results+json", "application/json"}:
            raise ExternalError(
                f"the answer is {kind or 'of no type'}, not results in JSON",
                file=self.url,
                remedy="check that the address is that of the service",
            )
        return body

    def _refused(self, status: int, asked: str | None) -> Exception:
        if 300 <= status < 400:
            return ExternalError("the service redirects to nowhere", file=self.url, remedy="check the address")
        if status not in _PASSING:
            return ExternalError(f"the service answers {status}", file=self.url, remedy="check the address")
        wait = _seconds(asked)
        if wait is not None and wait > self.policy.patience:
            return ExternalError(
                f"the service answers {status} and asks to wait {wait:.0f} seconds", file=self.url, remedy="do so"
            )
        return PassingError(f"the service answers {status}", wait)

    def _file(self, request: str) -> Path | None:
        name = hashlib.sha256(f"{self.url}\n{request}".encode()).hexdigest()
        return None if self.cache is None else self.cache / f"{name}.json"

    def _kept(self, request: str, read: Callable[[bytes], _T]) -> tuple[_T, float] | None:
        path = self._file(request)
        try:
            told = json.loads(path.read_text(encoding="utf-8")) if path is not None else None
            age = time.time() - told["asked"] if told else 0.0
            if not told or age > self.keep:
                return None
            return read(told["body"].encode()), age
        except (OSError, ValueError, KeyError, TypeError, ExternalError):  # what is kept may be lost at no harm
            return None

    def _keep(self, request: str, body: bytes) -> None:
        path = self._file(request)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            told = {"url": self.url, "query": request, "asked": time.time(), "body": body.decode("utf-8")}
            write_whole(path, json.dumps(told).encode("utf-8"))


def _seconds(asked: str | None) -> float | None:
    """What Retry-After says, in seconds: a number of them, or a date (`RFC 9110, 10.2.3
    <https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3>`_).
    """
    if asked is None:
        return None
    if asked.strip().isdigit():
        return float(asked)
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
    except ValueError:
        return None
