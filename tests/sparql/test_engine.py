"""What engines answer with: rows are not mistaken for anything else, and are freed by the thread that opened them."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, Store

from stancegraph.sparql import open_results
from stancegraph.sparql.engine import Oxigraph, Rows, Term, require_rows

READERS: dict[str, Callable[[Rows], object]] = {
    "nothing": lambda answer: None,
    "rows": lambda answer: answer.rows,
    "first": lambda answer: answer.first(1),
    "part": lambda answer: answer.part(0, 1),
    "count": lambda answer: answer.part(0, 1, count=True),
    "iteration": list,
    "a part of an iteration": lambda answer: next(iter(answer)),
    "length": len,
    "serialize": lambda answer: answer.serialize(QueryResultsFormat.CSV),
    "materialised": lambda answer: answer.materialised(),
}
QUERY = "SELECT ?s ?o WHERE { ?s ?p ?o } ORDER BY ?o"


@pytest.fixture
def small() -> Oxigraph:
    """An engine with two triples."""
    store = Store()
    node = NamedNode("https://example.org/a")
    store.extend(Quad(node, node, Literal(value)) for value in ("one", "two"))
    return Oxigraph(store)


def in_another_thread(work: Callable[[], object]) -> None:
    """Do *work* to its end."""
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


@pytest.mark.parametrize("name", READERS)
def test_another_thread_may_free_rows(name: str, small: Oxigraph, monkeypatch: pytest.MonkeyPatch) -> None:
    """The garbage collector frees in whichever thread it happens to run."""
    ignored: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda failure: ignored.append(failure.exc_value))
    answers = [require_rows(small.query(QUERY))]
    READERS[name](answers[0])
    in_another_thread(answers.clear)
    assert not answers
    small.query(QUERY)
    assert not ignored


@pytest.mark.parametrize("name", READERS)
def test_another_thread_may_read_rows(name: str, small: Oxigraph) -> None:
    answer = require_rows(small.query(QUERY))
    READERS[name](answer)
    read: list[dict[str, Term]] = []
    in_another_thread(lambda: read.extend(answer))
    assert [row["o"].value for row in read] == ["one", "two"]
    assert read == list(answer)


def test_what_another_thread_dropped_is_freed_by_the_thread_that_opened_it(small: Oxigraph) -> None:
    held = open_results._THREAD.dropped
    answers = [require_rows(small.query(QUERY)) for _ in range(3)]
    in_another_thread(answers.clear)
    assert len(held) == 3
    small.query(QUERY)
    assert not held


CODE = """
from pyoxigraph import QueryResultsFormat
from stancegraph.sparql.engine import solutions
try:
    solutions(b'{"head":{},"boolean":true}', QueryResultsFormat.JSON)
except ValueError as error:
    print(error)
"""


@pytest.mark.parametrize("switch", ["-B", "-O"])
def test_a_truth_value_is_not_taken_for_rows(switch: str) -> None:
    done = subprocess.run([sys.executable, switch, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout == "a truth value, not rows\n"
