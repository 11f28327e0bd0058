"""Some cases of many in every run, and all of them in the long one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def one_in(number: int, cases: Iterable[Any]) -> list[Any]:
    """Return the *cases* of a parametrised test, of which each but every *number*-th, from the first, is long."""
    return [pytest.param(case, marks=pytest.mark.long if place % number else ()) for place, case in enumerate(cases)]
