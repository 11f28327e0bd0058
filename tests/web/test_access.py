"""Who is answered: known hosts on loopback, and editors with a token."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from stancegraph.errors import UsageError
from stancegraph.web.access import HostMiddleware, Token, allowed_host_names, parse_host
from tests.conftest import Run, no_traceback


def test_only_known_hosts_are_answered_on_loopback() -> None:
    assert allowed_host_names("0.0.0.0", None) is None
    assert allowed_host_names("::", "https://graph.example.org/", ["other.example"]) == frozenset(
        ["::", "graph.example.org", "other.example"]
    )
    names = allowed_host_names("127.0.0.1", "https://graph.example.org/")
    assert names == frozenset({"localhost", "127.0.0.1", "::1", "graph.example.org"})
    reached: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        reached.append("")
        from starlette.responses import Response

        await Response("here")(scope, receive, send)

    client = TestClient(HostMiddleware(app, names), base_url="http://127.0.0.1")
    for host in ("127.0.0.1:8000", "localhost", "LOCALHOST:1", "[::1]:8000", "graph.example.org", "localhost."):
        assert client.get("/", headers={"Host": host}).status_code == 200, host
    assert len(reached) == 6
    refused = {"evil.example": 421, "127.0.0.1.evil.example": 421}
    for host in ("[", "", "a b", "localhost:x", "[::1", "http://127.0.0.1", "127.0.0.1@evil.example"):
        refused[host] = 400
    for host, status in refused.items():
        answer = client.get("/", headers={"Host": host})
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), host
    assert len(reached) == 6
    assert parse_host("é") is None


def test_a_token_that_anybody_could_guess_is_refused(
    run: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for word in ("", " ", "short", "x" * 15):
        with pytest.raises(UsageError, match="characters"):
            Token(word)
        file = tmp_path / "token"
        file.write_text(word, encoding="utf-8")
        done = run("serve", "--edit", "--token-file", str(file))
        no_traceback(done)
        assert (done.status, "characters" in done.err) == (2, True), done.err
        assert word.strip() == "" or word not in done.err
    monkeypatch.setenv("STANCEGRAPH_TOKEN", "")
    assert run("serve", "--edit").status == 2
    monkeypatch.delenv("STANCEGRAPH_TOKEN")
    assert run("serve", "--edit", "--token-file", str(tmp_path / "nothing")).status == 2
    assert run("serve", "--edit", "--host", "0.0.0.0").status == 2
    assert run("serve", "--edit", "--token", "x" * 20).status == 2, "every user of the machine can see the arguments"
    assert "x" * 20 not in repr(Token("x" * 20))
