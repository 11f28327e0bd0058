"""Find the names of the graph's things in a text, and names that the graph does not know.

The text is tokenised by spaCy's rules for English, which need no model. A name that several things have is given with
all of them; a person decides which one is meant.
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
from stancegraph.questions.parameters import find_names
from stancegraph.rdf import terms
from stancegraph.rdf.language import ENGLISH
from stancegraph.sparql.engine import Engine

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

_UNBROKEN_RUN = re.compile(r"\S{100,}+")  # longer than any name
_CLASSES = (terms.ACTOR, terms.FORUM, terms.PLACE, terms.ISSUE, terms.POLICY, terms.POST, terms.PUBLICATION)
_CONNECTIVES = frozenset({"of", "the", "for", "and", "on", "de", "al", "-"})
_NEVER_NAMES = frozenset(
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
     "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
     "december", "i", "he", "she", "it", "they", "we", "the", "a", "an", "this", "that", "these", "those",
     "his", "her", "its", "their", "our", "my"]
)  # fmt: skip
_SENTENCE_STARTS = frozenset({".", "“", '"', "?", "!", ":"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text.

    Attributes:
        text: The name, as it is written.
        start: The offset of its first character.
        end: The offset after its last character.
        things: The IRIs of the things that have the name; none if the graph does not know it.
    """

    text: str
    start: int
    end: int
    things: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A run of capitalised words that nothing in the graph is called; offsets as in `Mention`."""

    text: str
    start: int
    end: int


@dataclass
class Gazetteer:
    """The names of a graph's things, each with the IRIs of the things that have it."""

    names: dict[str, tuple[str, ...]]

    @classmethod
    def from_engine(cls, engine: Engine) -> Gazetteer:
        """Return the names in English of all actors, forums, places, issues, policies, posts and publications."""
        names: dict[str, set[str]] = defaultdict(set)
        for klass in _CLASSES:
            for name in find_names(engine, klass):
                if name.language == ENGLISH:  # a name in another language may be a word of English
                    names[name.text].add(name.thing)
        return cls({text: tuple(sorted(things)) for text, things in sorted(names.items())})

    @cached_property
    def language(self) -> Language:
        """The rules of spaCy for English.

        Raises:
            ExternalError: spaCy is not installed.
        """
        try:
            import spacy
        except ImportError:
            raise ExternalError("drafting needs spaCy", remedy="pip install 'stancegraph[draft]'") from None
        return spacy.blank("en")

    @cached_property
    def _by_casefolded_name(self) -> dict[str, set[str]]:
        things_by_name: dict[str, set[str]] = defaultdict(set)
        for name, things in self.names.items():
            things_by_name[name.casefold()] |= set(things)
        return things_by_name

    @cached_property
    def _matcher(self) -> Any:
        from spacy.matcher import PhraseMatcher

        matcher = PhraseMatcher(self.language.vocab, attr="LOWER")
        for name in self.names:
            matcher.add(name, [self.language.make_doc(name)])
        return matcher

    def tokenise(self, text: str) -> Doc:
        """Split a text into tokens.

        A run of characters without a space that is longer than any name stays one token, since spaCy takes quadratic
        time to strip punctuation from it.
        """
        from spacy.tokens import Doc

        parts, position = [], 0
        for run in _UNBROKEN_RUN.finditer(text):
            parts.append(self.language.make_doc(text[position : run.start()]))
            parts.append(Doc(self.language.vocab, [run[0]], [False]))
            position = run.end()
        if not parts:
            return self.language.make_doc(text)
        parts.append(self.language.make_doc(text[position:]))
        return Doc.from_docs([part for part in parts if len(part)], ensure_whitespace=False) or parts[0]

    def find_mentions(self, doc: Doc) -> list[Mention]:
        """Return the names of things in a text; of overlapping names, the longest."""
        from spacy.util import filter_spans

        spans = [span for span in self._matcher(doc, as_spans=True) if _is_written_as(span.text, span.label_)]
        return [
            Mention(
                span.text,
                span.start_char,
                span.end_char,
                tuple(sorted(self._by_casefolded_name[span.label_.casefold()])),
            )
            for span in filter_spans(spans)
        ]

    def find_unknown_names(
        self, doc: Doc, mentions: Iterable[Mention], seen: frozenset[str] = frozenset()
    ) -> Iterator[UnknownName]:
        """Yield the runs of capitalised words that the graph does not know as names.

        Args:
            doc: The tokens of a text.
            mentions: The names in it that the graph knows.
            seen: Words that are parts of names elsewhere in the article. A single word at the beginning of a sentence
                counts as a name only if it is among them, since any word is capitalised there.
        """
        taken = Spans((mention.start, mention.end) for mention in mentions)
        run: list[Any] = []
        for token in [*doc, None]:
            free = token is not None and token.idx not in taken
            if (free and _is_capitalised(token.text) and token.text.casefold() not in _NEVER_NAMES) or (
                free and run and token.text in _CONNECTIVES
            ):
                run.append(token)
            elif run:
                yield from _unknown_name(doc, run, seen)
                run = []


class Spans:
    """Spans of a text that do not overlap; an offset is *in* them if one of them covers it.

    >>> 3 in Spans([(2, 4)]), 4 in Spans([(2, 4)])
    (True, False)
    """

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]

    def __contains__(self, offset: int) -> bool:
        index = bisect_right(self._starts, offset) - 1
        return index >= 0 and offset < self._spans[index][1]


def _is_written_as(text: str, name: str) -> bool:
    """Return whether *text* has the capitals of *name*; a name in lower case may begin a sentence."""
    return text == name or (name[:1].islower() and text[:1].casefold() + text[1:] == name)


def _is_capitalised(word: str) -> bool:
    return bool(re.match(r"[A-Z][\w\u2019'-]*[a-z]|[A-Z]{2,}", word))


def _unknown_name(doc: Doc, run: list[Any], seen: frozenset[str]) -> Iterator[UnknownName]:
    """Yield a run of tokens as a name, without connectives at its end; nothing if no name is left."""
    while run and run[-1].text in _CONNECTIVES:
        run.pop()
    if not run:
        return
    begins_sentence = run[0].i == 0 or doc[run[0].i - 1].text in _SENTENCE_STARTS
    if len(run) == 1 and begins_sentence and run[0].text not in seen:
        return
    name = doc[run[0].i : run[-1].i + 1]  # a `Doc` puts its whole text together whenever it is asked for it
    yield UnknownName(name.text, name.start_char, name.end_char)
