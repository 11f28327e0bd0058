"""Labels in the languages that people prefer: how a query reads a label, and how it comes to prefer other languages.

A stored query reads each label on a line of its own, in one form, which gives the label in English on any engine::

    ?holder rdfs:label ?holderName FILTER(LANG(?holderName) = "en")   # label

Where people prefer other languages, such a line is replaced by one that takes the label in the first of these in which
there is one, and the label in English where there is none. It has as many solutions as the line before, and so no row
of an answer comes or goes with the languages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pyoxigraph import Literal

from stancegraph.errors import UsageError
from stancegraph.rdf.language import ENGLISH

Languages = str | Sequence[str]
"""A language that is preferred, or several, the first one most."""

_MOST = 8  # languages; each adds patterns to a query
_RANGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)
LABEL_LINE = re.compile(
    r"^(?P<head> *(?:OPTIONAL \{ )?)"
    r"(?P<thing>\?\w+) (?P<property>[\w-]+:[\w-]+) \?(?P<name>\w+)"
    r' FILTER\(LANG\(\?(?P=name)\) = "en"\)'
    r"(?P<tail>(?: \})?) +# label[ \t\r]*$",
    re.MULTILINE,
)
"""The line of a stored query that reads a label."""


def parse_languages(preferred: Languages) -> tuple[str, ...]:
    """Check the languages that a person prefers.

    Args:
        preferred: The languages, as `basic language ranges
            <https://www.rfc-editor.org/rfc/rfc4647#section-2.1>`_: ``zh`` stands for Chinese in any script and country.

    Returns:
        The languages in lower case, each once; none behind English, as everything has a label in it.

    Raises:
        UsageError: One of them is not a language tag, or there are more than eight.

    >>> parse_languages(["zh-Hant", "zh", "en", "fr"])
    ('zh-hant', 'zh', 'en')
    """
    texts = [preferred] if isinstance(preferred, str) else preferred
    for text in texts:
        if not _RANGE.fullmatch(text):
            raise UsageError(
                f"{text[:40]!r} is not a language tag",
                subject="--lang",
                remedy="give a tag such as zh or pt-BR; repeat --lang for further languages",
            )
    languages = list(dict.fromkeys(text.lower() for text in texts))
    if ENGLISH in languages:
        del languages[languages.index(ENGLISH) + 1 :]
    if len(languages) > _MOST:
        raise UsageError(f"{len(languages)} languages are too many", subject="--lang", remedy=f"give at most {_MOST}")
    return tuple(languages)


def prefer_languages(query: str, languages: Sequence[str]) -> str:
    """Let a query take its labels in other languages where there are labels in them.

    Args:
        query: A stored query; labels that it reads in another form than that of this module stay as they are.
        languages: The languages, the preferred one first, as `parse_languages` returns them.

    Returns:
        The query, in as many lines. Of several labels in a language, such as those in ``zh-Hans`` and ``zh-Hant`` for
        ``zh``, it takes the one whose tag is the language itself, or else the first by its tag: the smallest of the
        texts of a tag and a label, since not every engine can order labels with their tags.

    >>> query = 'SELECT ?n {\\n  ?x rdfs:label ?n FILTER(LANG(?n) = "en")   # label\\n}'
    >>> prefer_languages(query, []) == query, len(prefer_languages(query, ["zh", "fr"]).splitlines())
    (True, 3)
    """
    if not languages or tuple(languages) == (ENGLISH,):
        return query

    def replace(match: re.Match[str]) -> str:
        own = _new_name(match["name"], query)
        thing, pattern = match["thing"], f"{match['thing']} {match['property']}"
        choices = []
        patterns = [f'{pattern} ?{own} FILTER(LANG(?{own}) = "{ENGLISH}")']
        for number, language in enumerate(languages, 1):
            label, first = f"?{own}_{number}", f"?{own}_{number}_first"
            choices.append(first)
            patterns.append(
                f'OPTIONAL {{ SELECT {thing} (MIN(CONCAT(LANG({label}), " ", STR({label}))) AS {first}) '
                f"WHERE {{ {pattern} {label} FILTER(langMatches(LANG({label}), {Literal(language)})) }} "
                f"GROUP BY {thing} }}"
            )
        chosen = f"?{own}_chosen"
        patterns.append(f'BIND(COALESCE({", ".join(choices)}, CONCAT("{ENGLISH} ", STR(?{own}))) AS {chosen})')
        # Virtuoso evaluates it also where nothing is chosen, and fails without a language
        tag = f'COALESCE(STRBEFORE({chosen}, " "), "{ENGLISH}")'
        patterns.append(f'BIND(STRLANG(STRAFTER({chosen}, " "), {tag}) AS ?{match["name"]})')
        return f"{match['head']}{{ {' '.join(patterns)} }}{match['tail']}   # label"

    return LABEL_LINE.sub(replace, query)


def _new_name(name: str, query: str) -> str:
    """Return a name for a variable that begins like *name*, and with which none in *query* begins."""
    new = f"{name}_in"
    while f"?{new}" in query or f"${new}" in query:
        new += "_"
    return new
