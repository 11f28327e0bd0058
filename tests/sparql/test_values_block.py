"""Values go into a query by its data blocks, and a query without the block is an error, not a wider question."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from stancegraph.sparql.lookups import lookup
from stancegraph.sparql.values_block import data_block, with_values

NODE = NamedNode("https://example.org/a")
FOLDER = files("stancegraph.sparql.lookups")
LOOKUPS = sorted(path.name.removesuffix(".rq") for path in FOLDER.iterdir() if path.name.endswith(".rq"))


def test_a_query_without_the_block_is_an_error() -> None:
    with pytest.raises(ValueError, match="no block VALUES"):
        with_values("SELECT * WHERE { VALUES ?thing {UNDEF} ?thing ?p ?o }", thing=[NODE])
    with pytest.raises(ValueError, match="no block VALUES"):
        lookup("counts", thing=[NODE])


@pytest.mark.parametrize("name", LOOKUPS)
def test_every_open_block_of_the_program_can_be_filled(name: str) -> None:
    text = lookup(name)
    variables = [line.split("?")[1].split()[0] for line in text.splitlines() if "UNDEF" in line]
    for variable in variables:
        assert f"VALUES ?{variable} {{ {NODE} }}" in lookup(name, **{variable: [NODE]})


@given(st.lists(st.tuples(st.none() | st.text(max_size=9).map(Literal), st.none() | st.text(max_size=9).map(Literal))))
def test_an_engine_reads_a_block_as_the_rows_that_it_was_made_of(
    rows: list[tuple[Literal | None, Literal | None]],
) -> None:
    solutions = Store().query(f"SELECT ?a ?b WHERE {{ {data_block(['a', 'b'], rows)} }}")
    assert isinstance(solutions, QuerySolutions)
    assert [(solution["a"], solution["b"]) for solution in solutions] == rows
