"""Suggestions for a name that was mistyped."""

from __future__ import annotations

from collections.abc import Iterable

_LEAST_SIMILAR = 70  # of 100


def suggest(name: str, known_names: Iterable[str], limit: int = 3) -> list[str]:
    """Return the names that *name* may have been meant for, the most similar first.

    Similarity is RapidFuzz's `WRatio <https://rapidfuzz.github.io/RapidFuzz/Usage/fuzz.html#wratio>`_, by which a
    surname is like the full name; case does not count.

    Args:
        name: What was typed.
        known_names: The names there are.
        limit: The greatest number of names to return.

    >>> suggest("hope-and-fear", ["hopes-and-fears", "who-met-whom"])
    ['hopes-and-fears']
    >>> suggest("Raszmussen", ["Anders Fogh Rasmussen", "Brussels", "Rasmussen"])
    ['Rasmussen', 'Anders Fogh Rasmussen']
    """
    from rapidfuzz import fuzz, process  # imported where a name was mistyped, and not at every start

    matches = process.extract(
        name,
        sorted(set(known_names)),
        scorer=fuzz.WRatio,
        processor=str.casefold,
        score_cutoff=_LEAST_SIMILAR,
        limit=limit,
    )
    return [known_name for known_name, _, _ in matches]


def did_you_mean(suggestions: Iterable[str], otherwise: str) -> str:
    """Return a remedy that offers *suggestions*, or the remedy *otherwise* where there are none.

    >>> did_you_mean(["actor", "agent"], "correct it")
    'did you mean: actor, agent'
    """
    names = ", ".join(suggestions)
    return f"did you mean: {names}" if names else otherwise
