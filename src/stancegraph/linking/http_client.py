"""A client for public services that identifies itself, limits its rate, retries, and caches answers.

Each request has a contact in its User-Agent, waits its turn, and is bounded in time and size. A Retry-After is obeyed.
Transient failures are retried a limited number of times, after longer and longer waits; a service that keeps failing is
no longer asked. Answers are cached on disk with their age, so that the next run continues from there.
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

USER_AGENT = f"stancegraph/{__version__} (https://w3id.org/stancegraph; {{contact}})"
_TRANSIENT_STATUSES = frozenset({429, 500, 502, 503, 504})
_JSON_TYPES = frozenset({"application/sparql-results+json", "application/json"})
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class RequestPolicy:
    """How requests are made to a public service.

    Attributes:
        contact: An e-mail or web address for the User-Agent.
        interval: The least time between the beginnings of two requests, in seconds.
        seconds: How long one request may take, in seconds.
        max_wait: The longest wait before a retry, in seconds; if the service asks for a longer one, the request fails.
        tries: How often a request is sent at most.
        largest: The largest size of the body of a response, in bytes.
        max_failures: After how many failures in a row the service is no longer asked.
        sleep: The function that waits for a number of seconds.
    """

    contact: str
    interval: float = 1.0
    seconds: float = 60.0
    max_wait: float = 120.0
    tries: int = 4
    largest: int = 64 << 20
    max_failures: int = 3
    sleep: Callable[[float], None] = time.sleep

    @property
    def user_agent(self) -> str:
        """The User-Agent of each request."""
        return USER_AGENT.format(contact=self.contact)


class TransientError(Exception):
    """A failure that may be gone when the request is sent again.

    Attributes:
        retry_after: The wait that the service asks for, in seconds; None if it does not say.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


@dataclass
class RateLimitedClient:
    """A client of one service.

    Attributes:
        url: The address of the service.
        policy: How requests are made to it.
        cache: The folder of cached answers; None to cache nothing.
        max_age: How long a cached answer is used, in seconds.
        named: Whether whoever runs the program has named the address, so that it may be in a private network.
    """

    url: str
    policy: RequestPolicy
    cache: Path | None = None
    max_age: float = 7 * 86400.0
    named: bool = True
    _last_request: float = field(default=0.0, init=False)
    _failures: int = field(default=0, init=False)

    def fetch(self, key: str, send: Callable[[], Any], parse: Callable[[bytes], _T]) -> tuple[_T, float]:
        """Return an answer of the service, from the cache if it has a fresh one.

        Args:
            key: What distinguishes the request from others to the same service; answers are cached by it.
            send: Sends the request and returns the open response. It may raise `TransientError`.
            parse: Reads the body of the response. It raises `ExternalError` if the body is malformed.

        Returns:
            What *parse* makes of the body, and the age of the answer in seconds: 0 if it is new.

        Raises:
            ExternalError: The service does not answer, gives a malformed answer, or has failed too often.
        """
        cached = self._read_cache(key, parse)
        if cached is not None:
            return cached
        if self._failures >= self.policy.max_failures:
            raise ExternalError(
                f"no longer asked after {self._failures} failures in a row", file=self.url, remedy="try again later"
            )
        try:
            body = self._send_with_retries(send)
            parsed = parse(body)
        except ExternalError:
            self._failures += 1
            raise
        self._failures = 0
        self._write_cache(key, body)
        return parsed, 0.0

    def outbound(self) -> Outbound:
        """Return the way out for requests to the service, with the bounds of the policy."""
        policy = self.policy
        return Outbound.naming([self.url] if self.named else [], policy.seconds, policy.largest)

    def _send_with_retries(self, send: Callable[[], Any]) -> bytes:
        """Return the body of the response, after retries if they are needed."""
        import tenacity

        backoff = tenacity.wait_exponential_jitter(multiplier=self.policy.interval, max=self.policy.max_wait)

        def wait(state: tenacity.RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome is not None else None
            if isinstance(error, TransientError) and error.retry_after is not None:
                return error.retry_after
            return float(backoff(state))

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(TransientError),
            stop=tenacity.stop_after_attempt(self.policy.tries),
            wait=wait,
            sleep=self.policy.sleep,
            reraise=True,
        )
        try:
            body: bytes = retrying(self._send_once, send)
            return body
        except TransientError as error:
            raise ExternalError(
                f"{error} (tried {self.policy.tries} times)",
                file=self.url,
                remedy="try again later; nothing was lost",
            ) from None

    def _send_once(self, send: Callable[[], Any]) -> bytes:
        pause = self._last_request + self.policy.interval - time.monotonic()
        if pause > 0:
            self.policy.sleep(pause)
        self._last_request = time.monotonic()
        try:
            with contextlib.closing(send()) as response:
                return self._read_json(response)
        except urllib.error.HTTPError as error:
            raise self._status_error(error.code, error.headers.get("Retry-After")) from None
        except (HTTPException, OSError, ValueError) as error:
            if isinstance(getattr(error, "reason", error), ssl.SSLError):
                raise ExternalError(
                    f"its certificate is not trusted: {error}",
                    file=self.url,
                    remedy="check the address; nothing was sent",
                ) from None
            raise TransientError(f"no complete answer: {error}") from None

    def _read_json(self, response: Any) -> bytes:
        media_type = str(response.headers.get("Content-Type", "")).split(";")[0].strip().lower()
        body: bytes = response.read()
        if media_type not in _JSON_TYPES:
            raise ExternalError(
                f"the answer is {media_type or 'of an unknown type'}, not results in JSON",
                file=self.url,
                remedy="check that the address is that of the service",
            )
        return body

    def _status_error(self, status: int, retry_after: str | None) -> Exception:
        """Return the error for a response with a status other than success."""
        if 300 <= status < 400:
            return ExternalError(
                "the service redirects without saying where to", file=self.url, remedy="check the address"
            )
        if status not in _TRANSIENT_STATUSES:
            return ExternalError(f"the service answers {status}", file=self.url, remedy="check the address")
        seconds = _parse_retry_after(retry_after)
        if seconds is not None and seconds > self.policy.max_wait:
            return ExternalError(
                f"the service answers {status} and asks to wait {seconds:.0f} seconds",
                file=self.url,
                remedy="try again after that time",
            )
        return TransientError(f"the service answers {status}", seconds)

    def _cache_file(self, key: str) -> Path | None:
        name = hashlib.sha256(f"{self.url}\n{key}".encode()).hexdigest()
        return None if self.cache is None else self.cache / f"{name}.json"

    def _read_cache(self, key: str, parse: Callable[[bytes], _T]) -> tuple[_T, float] | None:
        path = self._cache_file(key)
        if path is None:
            return None
        try:
            entry = json.loads(path.read_text(encoding="utf-8"))
            age = time.time() - entry["asked"]
            return None if age > self.max_age else (parse(entry["body"].encode()), age)
        except (OSError, ValueError, KeyError, TypeError, ExternalError):  # a lost entry costs only a request
            return None

    def _write_cache(self, key: str, body: bytes) -> None:
        path = self._cache_file(key)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            entry = {"url": self.url, "query": key, "asked": time.time(), "body": body.decode("utf-8")}
            write_whole(path, json.dumps(entry).encode("utf-8"))


def _parse_retry_after(header: str | None) -> float | None:
    """Return the seconds to wait by a Retry-After, which gives their number or a date.

    See `RFC 9110, section 10.2.3 <https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3>`_. None if it gives neither.

    >>> _parse_retry_after("120"), _parse_retry_after("soon")
    (120.0, None)
    """
    if header is None:
        return None
    if header.strip().isdigit():
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except ValueError:
        return None
