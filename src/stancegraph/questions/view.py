"""Views: the type of picture that an answer makes, and the variable that plays each role in it.

The header of a stored query names its view: ``#+ view: {type: timeline, start: date, label: holderName}``.
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
"""The types of pictures, each with the roles that it needs and those that it may have. *value* gives the colour."""


@dataclass(frozen=True, slots=True)
class View:
    """A type of picture, and the variable that plays each role."""

    type: str
    roles: Mapping[str, str]

    @classmethod
    def from_header(cls, header: Mapping[str, Any] | None) -> View | None:
        """Parse the view of a stored query.

        Args:
            header: The type of the picture, as ``type``, and the variable for each role; None where there is no view.

        Returns:
            The view, or None where there is none.

        Raises:
            ValueError: The type is unknown, or a role is missing, unknown, or not given as a string.
        """
        if header is None:
            return None
        if not all(isinstance(item, str) for pair in header.items() for item in pair):
            raise ValueError("a view names its type, and a variable for each role")
        roles = {str(role): str(variable) for role, variable in header.items() if role != "type"}
        kind = str(header.get("type"))
        if kind not in ROLES:
            raise ValueError(f"there is no view of type {kind!r}; one of {', '.join(ROLES)}")
        required, optional = ROLES[kind]
        missing = [role for role in required if role not in roles]
        unknown = [role for role in roles if role not in required + optional]
        if missing or unknown:
            problem = f"is missing {', '.join(missing)}" if missing else f"has no {', '.join(unknown)}"
            raise ValueError(f"a view of type {kind} {problem}; it takes {', '.join(required + optional)}")
        return cls(kind, roles)

    def check(self, variables: Sequence[str]) -> None:
        """Raise `UsageError` where the variable of a role is not among *variables*, those of an answer."""
        for role, variable in self.roles.items():
            if variable not in variables:
                raise UsageError(
                    f"the answer has no variable ?{variable} for the {role} of the {self.type}",
                    remedy=f"name one of {', '.join('?' + name for name in variables)}",
                )
