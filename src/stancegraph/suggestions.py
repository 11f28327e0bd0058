"""Suggestions for a name that was mistyped."""

from __future__ import annotations

from collections.abc import Iterable

_LEAST_SIMILAR = 70  # of 100
_WEIGHT_OF_PART = 0.9


def suggest(name: str, known_names: Iterable[str], limit: int = 3) -> list[str]:
    """Return the names that *name* may have been meant for, the most similar first.

    Similarity is the normalized `indel similarity <https://rapidfuzz.github.io/RapidFuzz/Usage/fuzz.html#ratio>`_, or,
    slightly less, that of *name* to the most similar part of a longer name, such as a surname. Case does not count.

    Args:
        name: What was typed.
        known_names: The names there are.
        limit: The greatest number of names to return.

    >>> suggest("hope-and-fear", ["hopes-and-fears", "who-met-whom"])
    ['hopes-and-fears']
    >>> suggest("Raszmussen", ["Anders Fogh Rasmussen", "Brussels", "Rasmussen"])
    ['Rasmussen', 'Anders Fogh Rasmussen']
    """
    from rapidfuzz import fuzz  # imported where a name was mistyped, and not at every start

    def similarity(known_name: str) -> float:
        typed, known = name.casefold(), known_name.casefold()
        of_part = fuzz.partial_ratio(typed, known) if len(known) > len(typed) else 0.0
        return max(fuzz.ratio(typed, known), of_part * _WEIGHT_OF_PART)

    scores = {known_name: similarity(known_name) for known_name in set(known_names)}
    similar = [known_name for known_name, score in scores.items() if score >= _LEAST_SIMILAR]
    return sorted(similar, key=lambda known_name: (-scores[known_name], known_name))[:limit]


def did_you_mean(suggestions: Iterable[str], otherwise: str) -> str:
    """Return a remedy that offers *suggestions*, or the remedy *otherwise* where there are none.

    >>> did_you_mean(["actor", "agent"], "correct it")
    'did you mean: actor, agent'
    """
    names = ", ".join(suggestions)
    return f"did you mean: {names}" if names else otherwise
