"""How good what is proposed is, where it is known what is right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """How many were *proposed*, of these *right*; and of those *known*, how many were *found*."""

    proposed: int
    right: int
    known: int
    found: int

    @property
    def precision(self) -> float:
        """The share of what is proposed that is right."""
        return self.right / self.proposed if self.proposed else 1.0

    @property
    def recall(self) -> float:
        """The share of what is known that was found."""
        return self.found / self.known if self.known else 1.0

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.2f} ({self.right} of {self.proposed}), "
            f"recall {self.recall:.2f} ({self.found} of {self.known})"
        )
