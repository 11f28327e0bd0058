"""A stand-in for Wikidata's query service on loopback, which holds a few things in Wikidata's shape."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pyoxigraph import RdfFormat, Store

from stancegraph.sparql.engine import Oxigraph
from tests.conftest import ROOT
from tests.support.endpoint import serve

EXAMPLE = ROOT / "tests" / "examples" / "wikidata-shaped.ttl"


@contextmanager
def serve_wikidata() -> Iterator[str]:
    """Serve the example on a free port of 127.0.0.1 until the block ends, and yield its address."""
    store = Store()
    store.bulk_load(path=str(EXAMPLE), format=RdfFormat.TURTLE)
    with serve(Oxigraph(store)) as url:
        yield url
