"""Which picture an answer makes: its type, and which variable plays which role in it.

The header of a stored query names it: ``#+ view: {type: timeline, start: date, label: holderName}``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stancegraph.errors import UsageError

ROLES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "timeline": (("start", "label"), ("end", "value")),
    "matrix": (("row", "column"), ("value",)),
    "network": (("source", "target"), ("value",)),
    "chart": (("category",), ("number", "value")),
    "map": (("latitude", "longitude", "label"), ()),
}
"""The types of pictures: the roles that each needs, and those that it may have. *value* gives the colour."""


@dataclass(frozen=True, slots=True)
class View:
    """A type of picture, and the variable that plays each role."""

    type: str
    roles: Mapping[str, str]

    @classmethod
    def of(cls, header: Mapping[str, Any] | None) -> View | None:
        """The view that a *header* names, if any; raise `ValueError` where there is no such picture."""
        if header is None:
            return None
        if not all(isinstance(one, str) for pair in header.items() for one in pair):
            raise ValueError("a view names its type, and a variable for each role")
        roles = {str(role): str(variable) for role, variable in header.items() if role != "type"}
        kind = str(header.get("type"))
        if kind not in ROLES:
            raise ValueError(f"there is no view of type {kind!r}; one of {', '.join(ROLES)}")
        needed, spare = ROLES[kind]
        lacking = [role for role in needed if role not in roles]
        unknown = [role for role in roles if role not in needed + spare]
        if lacking or unknown:
            wrong = f"lacks {', '.join(lacking)}" if lacking else f"has no {', '.join(unknown)}"
            raise ValueError(f"a view of type {kind} {wrong}; it takes {', '.join(needed + spare)}")
        return cls(kind, roles)

    def check(self, variables: Sequence[str]) -> None:
        """Raise `UsageError` where a role is played by none of the *variables* of an answer."""
        for role, variable in self.roles.items():
            if variable not in variables:
                raise UsageError(
                    f"no variable ?{variable} in the answer, for the {role} of the {self.type}",
                    remedy=f"name one of {', '.join('?' + name for name in variables)}",
                )
