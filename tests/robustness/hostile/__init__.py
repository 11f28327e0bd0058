"""Input that is not as it should be: typing errors, what tools spoil, and what somebody sends to do harm.

Each case spoils a copy of a small workspace, calls the program, and says with which status it must end and what its
message must mention. `tests/robustness/test_hostile_input.py` runs them all.
"""

from __future__ import annotations

from tests.robustness.hostile import arguments, data, definitions
from tests.robustness.hostile.case import Hostile

__all__ = ["Hostile", "cases"]

PARTS = (
    *(data.dates, data.links, data.turtle),
    *(definitions.shapes, definitions.rules, definitions.headers, definitions.toml),
    *(arguments.arguments, arguments.texts),
)


def cases() -> dict[str, Hostile]:
    """Return all cases by name."""
    by_name: dict[str, Hostile] = {}
    for part in PARTS:
        for case in part():
            assert case.name not in by_name, case.name
            by_name[case.name] = case
    return by_name
