"""What engines answer with: rows are not mistaken for anything else, also where assertions are switched off."""

from __future__ import annotations

import subprocess
import sys

import pytest

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
