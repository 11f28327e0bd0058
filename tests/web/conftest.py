"""A server that is attacked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stancegraph.sparql.engine import Oxigraph
from tests.web.attacks import Site, serving


@pytest.fixture(scope="module")
def attacked(engine: Oxigraph) -> Iterator[Site]:
    """A server with little time and memory for each query."""
    with serving("--seconds", "3", "--memory", "512", "--workers", "2", "--edit") as site:
        yield site
