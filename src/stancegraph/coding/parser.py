"""The grammar of the coding sheet: lines, told apart by their indentation.

::

    # a comment
    time july-4: 4 July 2012
      earliestBegin: 2012-07-04; latestEnd: 2012-07-04

    @ introduction-1-1
    says Report > pub:xinhua-2012-07-05: Report via xinhua-07-05 > Rasmussen: Paraphrase in rasmussen-speech
      stance rasmussen-hopes-dialogue: Rasmussen hopes that NATO can widen its dialogue with China.
        holder: Rasmussen; attitude: Hopes; position: Supportive; target: China
        content: nato-expands-dialogue
      also understanding-is-part
    proposition nato-expands-dialogue: NATO widens its dialogue with China.
      agent: NATO

``@`` names the passage that the lines below belong to. ``says`` is a chain of attributions, the article's own mode
first; what is indented under it is put forward by the last of them. A record that is not indented is put forward by
nobody: it is what others are about. Fields are ``name: value, value; name: value``; words stand in quotation marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from stancegraph.errors import DataError
from stancegraph.rdf import terms

_RECORD = re.compile(r"(?P<kind>[a-z][a-z-]*) (?P<name>[\w.-]+)(?:: (?P<label>.+))?$")
_STEP = re.compile(r"(?:(?P<who>[^\s\"]+): )?(?P<mode>[\w:-]+)(?P<rest>.*)$")
_TERM = re.compile(r'\s+(?:(?P<key>via|in|as|for) (?P<value>[^\s",]+)|(?P<words>"(?:[^"\\]|\\.)*"(?:@[\w-]+)?))')
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^[^\s;,]+)?|<[^<>\s]*>')
_FIELD = re.compile(r"(?P<name>[a-z][\w:-]*): *(?P<value>.*)$", re.DOTALL)
KEYS = {
    "via": terms.VIA_CITATION, "in": terms.UTTERED_IN, "as": terms.IN_CAPACITY_OF, "for": terms.ON_BEHALF_OF,
}  # fmt: skip
"""The words of a step of a chain, and the properties that they stand for."""


@dataclass(frozen=True, slots=True)
class Field:
    """A property of a record, by its name, and its values as they are written."""

    name: str
    values: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Record:
    """A claim, a time, a citation or another thing that is described: its kind, name and label, and its fields."""

    kind: str
    name: str
    label: str | None
    line: int
    passage: str | None = None
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class AttributionStep:
    """One attribution of a chain: who, in which mode, and by what it is known; *who* is None for the article."""

    who: str | None
    mode: str
    terms: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AttributionChain:
    """A chain of attributions, what is put forward by its end, and the names of what else is."""

    passage: str
    steps: tuple[AttributionStep, ...]
    line: int
    records: tuple[Record, ...] = ()
    also: tuple[str, ...] = ()


@dataclass
class Sheet:
    """A sheet: its records and chains in their order; *problems* are what could not be read, by line."""

    items: list[Record | AttributionChain] = field(default_factory=list)
    problems: list[tuple[int, str, str]] = field(default_factory=list)

    def records(self) -> Iterator[Record]:
        """All records, those under a chain too."""
        for item in self.items:
            if isinstance(item, AttributionChain):
                yield from item.records
            else:
                yield item


@dataclass
class _Open:
    """What is being read: lines are added to it until another begins."""

    item: Record | AttributionChain
    indent: int
    fields: list[Field] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    also: list[str] = field(default_factory=list)

    def closed(self) -> Record | AttributionChain:
        """The item with all that was added."""
        one = self.item
        if isinstance(one, AttributionChain):
            return AttributionChain(one.passage, one.steps, one.line, tuple(self.records), tuple(self.also))
        return Record(one.kind, one.name, one.label, one.line, one.passage, one.fields + tuple(self.fields))


def parse(text: str) -> Sheet:
    """Read a sheet; what cannot be read is told with its line, and the rest is read on."""
    sheet = Sheet()
    open_: list[_Open] = []
    passage: str | None = None

    def close(indent: int) -> None:
        """End all that is indented as much as *indent*, or more."""
        while open_ and open_[-1].indent >= indent:
            one = open_.pop().closed()
            if open_ and isinstance(one, Record):
                open_[-1].records.append(one)
            else:
                sheet.items.append(one)

    for number, line in enumerate(text.splitlines(), 1):
        words = line.strip()
        if not words or words.startswith("#"):
            continue
        indent = len(line) - len(line.lstrip(" "))
        try:
            if "\t" in line[: indent + 1]:
                raise DataError("a tab", remedy="indent by spaces")
            if words.startswith("@"):
                close(0)
                passage = None
                passage = _passage(words[1:].strip())
                continue
            inside = open_[-1] if open_ and open_[-1].indent < indent else None
            if inside is not None and isinstance(inside.item, Record):
                inside.fields += fields(words, number)
                continue
            close(indent)
            inside = open_[-1] if open_ else None
            if inside is not None and words.startswith("also "):
                inside.also += [name.strip() for name in words[5:].split(",")]
            elif inside is None and indent == 0 and words.startswith("says "):
                open_.append(_Open(_says(words[5:], passage, number), indent))
            elif inside is None and indent > 0:
                raise DataError("it is indented under nothing", remedy="begin it at the left, or put it under a says")
            else:
                open_.append(_Open(_record(words, passage, number), indent))
        except DataError as error:
            sheet.problems.append((number, error.message, error.remedy or ""))
    close(0)
    return sheet


def _passage(words: str) -> str | None:
    if words and not re.fullmatch(r"[\w.-]+", words):
        raise DataError(f"{words!r} is no name of a passage", remedy="write it as passages.ttl has it")
    return words or None


def _record(words: str, passage: str | None, line: int) -> Record:
    if words.startswith("no claim: "):
        if passage is None:
            raise DataError("it belongs to no passage", remedy="write it under @ and the name of a passage")
        reason = Field(terms.local_name(terms.NO_CLAIM_REASON), (quoted(words.removeprefix("no claim: ")),), line)
        return Record("passage", passage, None, line, passage, (reason,))
    match = _RECORD.match(words)
    if match is None:
        raise DataError(
            f"{words[:40]!r} is neither a record nor a field",
            remedy="write a kind and a name, such as `stance china-fears-bases: China fears bases.`, or indent it",
        )
    return Record(match["kind"], match["name"], match["label"], line, passage)


def _says(words: str, passage: str | None, line: int) -> AttributionChain:
    if passage is None:
        raise DataError("a chain belongs to no passage", remedy="write it under @ and the name of a passage")
    return AttributionChain(passage, tuple(_step(part) for part in _split(words, ">")), line)


def _step(words: str) -> AttributionStep:
    match = _STEP.match(words)
    if match is None:
        raise DataError(f"{words!r} is no step of a chain", remedy="write `who: Mode`, and via, in, as or for")
    named, said, position = [], [], 0
    rest = match["rest"]
    while position < len(rest):
        term = _TERM.match(rest, position)
        if term is None:
            raise DataError(
                f"{rest[position:].strip()!r} in a step of a chain", remedy='write via, in, as or for, or words in ""'
            )
        if term["words"]:
            said.append(term["words"])
        else:
            named.append((KEYS[term["key"]], term["value"]))
        position = term.end()
    return AttributionStep(match["who"], match["mode"], tuple(named), tuple(said))


def fields(words: str, line: int) -> list[Field]:
    """The fields of one line; raise `DataError` where it is none."""
    found = []
    for part in _split(words, ";"):
        match = _FIELD.match(part)
        if match is None:
            raise DataError(f"{part[:40]!r} is no field", remedy="write `name: value`, and ; between two of them")
        values = tuple(_split(match["value"], ","))
        if not values:
            raise DataError(f"{match['name']} has no value", remedy="give one, or remove the field")
        found.append(Field(match["name"], values, line))
    return found


def _split(words: str, mark: str) -> list[str]:
    """*words* between the *mark*, where it stands outside quotation marks and IRIs."""
    parts, start, position, closed = [], 0, 0, len(words)
    while position < len(words):
        # behind a mark that is not closed none is: looking again from each would take for ever
        token = _QUOTED.match(words, position) if words[position] == "<" or position < closed else None
        if token is None and words[position] == '"':
            closed = position
        if token is not None:
            position = token.end()
        elif words[position] == mark:
            parts.append(words[start:position])
            start = position = position + 1
        else:
            position += 1
    return [part.strip() for part in [*parts, words[start:]] if part.strip()]


def quoted(words: str) -> str:
    """*words* in quotation marks, as Turtle has them."""
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
