"""What the graph calls its things, found in a text; and names that it does not know.

Words are told apart by spaCy's rules for English, which need no model. A name that more than one thing has is given
with all of them: which one is meant is for a person to say.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from stancegraph.errors import ExternalError
from stancegraph.questions.parameters import labels
from stancegraph.rdf import terms
from stancegraph.sparql.engine import Engine

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

_RUN = re.compile(r"\S{100,}+")  # no name is as long
_KINDS = (terms.ACTOR, terms.FORUM, terms.PLACE, terms.ISSUE, terms.POLICY, terms.POST, terms.PUBLICATION)
_JOINING = frozenset({"of", "the", "for", "and", "on", "de", "al", "-"})
_NEVER = frozenset(
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "i",
        "he",
        "she",
        "it",
        "they",
        "we",
        "the",
        "a",
        "an",
        "this",
        "that",
        "these",
        "those",
        "his",
        "her",
        "its",
        "their",
        "our",
        "my",
    ]
)


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that name a thing of the graph, and where they stand; several *things* where several are called so.

    A name that the graph does not know has none.
    """

    words: str
    start: int
    end: int
    things: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Words that look like a name and are none of the graph's."""

    words: str
    start: int
    end: int


@dataclass
class Gazetteer:
    """The names of a graph's things."""

    names: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, engine: Engine) -> Gazetteer:
        """What *engine* calls its actors, forums, places, issues, policies, posts and publications."""
        names: dict[str, set[str]] = defaultdict(set)
        for kind in _KINDS:
            for thing, label, _ in labels(engine, kind):
                names[label].add(thing)
        return cls({name: tuple(sorted(things)) for name, things in sorted(names.items())})

    @cached_property
    def language(self) -> Language:
        """spaCy's rules for English; raise `ExternalError` where it is not installed."""
        try:
            import spacy
        except ImportError:
            raise ExternalError("drafting needs spaCy", remedy="pip install 'stancegraph[draft]'") from None
        return spacy.blank("en")

    @cached_property
    def _by_fold(self) -> dict[str, set[str]]:
        by_fold: dict[str, set[str]] = defaultdict(set)
        for name, things in self.names.items():
            by_fold[name.casefold()] |= set(things)
        return by_fold

    @cached_property
    def _matcher(self) -> Any:
        from spacy.matcher import PhraseMatcher

        matcher = PhraseMatcher(self.language.vocab, attr="LOWER")
        for name in self.names:
            matcher.add(name, [self.language.make_doc(name)])
        return matcher

    def words(self, text: str) -> Doc:
        """*text*, cut into words; what goes on without a space for longer than any name is one word.

        spaCy takes a word apart mark by mark, and looks at all that is left of it each time.
        """
        from spacy.tokens import Doc

        parts, position = [], 0
        for run in _RUN.finditer(text):
            parts.append(self.language.make_doc(text[position : run.start()]))
            parts.append(Doc(self.language.vocab, [run[0]], [False]))
            position = run.end()
        if not parts:
            return self.language.make_doc(text)
        parts.append(self.language.make_doc(text[position:]))
        return Doc.from_docs([part for part in parts if len(part)], ensure_whitespace=False) or parts[0]

    def mentions(self, doc: Doc) -> list[Mention]:
        """The things that *doc* names, the longest name first where two overlap."""
        from spacy.util import filter_spans

        spans = [span for span in self._matcher(doc, as_spans=True) if _written_so(span.text, span.label_)]
        return [
            Mention(span.text, span.start_char, span.end_char, tuple(sorted(self._by_fold[span.label_.casefold()])))
            for span in filter_spans(spans)
        ]

    def unknown(self, doc: Doc, known: Iterable[Mention], seen: frozenset[str] = frozenset()) -> Iterator[Unknown]:
        """The runs of capitalised words in *doc* that nothing of the graph is called by.

        One word at the begin of a sentence may be any word; it is a name where it is among *seen*.
        """
        taken = Spans((one.start, one.end) for one in known)
        run: list[Any] = []
        text = doc.text
        for token in [*doc, None]:
            free = token is not None and token.idx not in taken
            if (free and _capital(token.text) and token.text.casefold() not in _NEVER) or (
                free and run and token.text in _JOINING
            ):
                run.append(token)
            elif run:
                yield from _name(doc, text, run, seen)
                run = []


class Spans:
    """Stretches of a text that do not overlap, and whether a place is in one of them."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]

    def __contains__(self, place: int) -> bool:
        at = bisect_right(self._starts, place) - 1
        return at >= 0 and place < self._spans[at][1]


def _written_so(words: str, name: str) -> bool:
    """Whether *words* are written as a name is: capitals matter where the name has them."""
    return words == name or (name[:1].islower() and words[:1].casefold() + words[1:] == name)


def _capital(word: str) -> bool:
    return bool(re.match(r"[A-Z][\w\u2019'-]*[a-z]|[A-Z]{2,}", word))


def _name(doc: Doc, text: str, run: list[Any], seen: frozenset[str]) -> Iterator[Unknown]:
    """A run as a name, without joining words at its end."""
    while run and run[-1].text in _JOINING:
        run.pop()
    if not run:
        return
    first = run[0].i == 0 or doc[run[0].i - 1].text in {".", "“", '"', "?", "!", ":"}
    if len(run) == 1 and first and run[0].text not in seen:
        return
    start, end = run[0].idx, run[-1].idx + len(run[-1])
    yield Unknown(text[start:end], start, end)
