"""The parser of the coding sheet: a format of lines, nested by their indentation.

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
      predicate: Expands; polarity: Affirmed; modality: Prospective; agent: NATO; coAgent: China

``@`` names the passage that the lines below belong to. ``says`` is a chain of attributions and starts with the
article's own mode; what is indented under it is put forward by the last attribution. A record that is not indented is
put forward by nobody: other records refer to it. Fields are written ``name: value, value; name: value``, with text in
quotation marks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from stancegraph.coding.syntax import AttributionChain, AttributionStep, Field, Record, Sheet
from stancegraph.errors import DataError
from stancegraph.rdf import terms

_RECORD = re.compile(r"(?P<kind>[a-z][a-z-]*) (?P<name>[\w.-]+)(?:: (?P<label>.+))?$")
_STEP = re.compile(r"(?:(?P<source>[^\s\"]+): )?(?P<mode>[\w:-]+)(?P<rest>.*)$")
_QUALIFIER = re.compile(
    r'\s+(?:(?P<keyword>via|in|as|for) (?P<value>[^\s",]+)|(?P<quotation>"(?:[^"\\]|\\.)*"(?:@[\w-]+)?))'
)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^[^\s;,]+)?|<[^<>\s]*>')
_FIELD = re.compile(r"(?P<name>[a-z][\w:-]*): *(?P<value>.*)$", re.DOTALL)
_LONGEST_EXCERPT = 40  # characters of a line that a message quotes
STEP_KEYWORDS = {
    "via": terms.VIA_CITATION, "in": terms.UTTERED_IN, "as": terms.IN_CAPACITY_OF, "for": terms.ON_BEHALF_OF,
}  # fmt: skip
"""The keywords of an attribution step, and the properties that they stand for."""


@dataclass
class _OpenItem:
    """A record or chain to which the next lines may belong."""

    item: Record | AttributionChain
    indent: int
    fields: list[Field] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    also: list[str] = field(default_factory=list)

    def close(self) -> Record | AttributionChain:
        """Return the item with all that was added to it."""
        item = self.item
        if isinstance(item, AttributionChain):
            return AttributionChain(item.passage, item.steps, item.line, tuple(self.records), tuple(self.also))
        return Record(item.kind, item.name, item.label, item.line, item.passage, item.fields + tuple(self.fields))


class _Parser:
    """The state between the lines of a sheet: the current passage, and the items that are still open."""

    def __init__(self) -> None:
        self.sheet = Sheet()
        self._open: list[_OpenItem] = []
        self._passage: str | None = None

    def close(self, indent: int) -> None:
        """Close the items that are indented by *indent* spaces or more."""
        while self._open and self._open[-1].indent >= indent:
            item = self._open.pop().close()
            if self._open and isinstance(item, Record):
                self._open[-1].records.append(item)
            else:
                self.sheet.items.append(item)

    def add(self, line: str, number: int) -> None:
        """Parse a line; raise `DataError` where it is malformed."""
        content = line.strip()
        if not content or content.startswith("#"):
            return
        indent = len(line) - len(line.lstrip(" "))
        if "\t" in line[: indent + 1]:
            raise DataError("the line is indented with a tab", remedy="indent with spaces")
        if content.startswith("@"):
            self.close(0)
            self._passage = None  # even if the name is malformed
            self._passage = _passage_name(content[1:].strip())
            return
        parent = self._open[-1] if self._open and self._open[-1].indent < indent else None
        if parent is not None and isinstance(parent.item, Record):
            parent.fields += parse_fields(content, number)
            return
        self.close(indent)
        parent = self._open[-1] if self._open else None
        if parent is not None and content.startswith("also "):
            parent.also += [name.strip() for name in content[5:].split(",")]
        elif parent is None and indent == 0 and content.startswith("says "):
            self._open.append(_OpenItem(_chain(content[5:], self._passage, number), indent))
        elif parent is None and indent > 0:
            raise DataError(
                "the line is indented, but not under a record or a chain",
                remedy="start it at the left margin, or indent it under a record or a `says` line",
            )
        else:
            self._open.append(_OpenItem(_record(content, self._passage, number), indent))


def parse(text: str) -> Sheet:
    """Parse a coding sheet; malformed lines become problems, and the rest is parsed nevertheless.

    >>> sheet = parse("state China: China\\n  partOf: Asia, Earth\\n")
    >>> sheet.items[0].label, sheet.items[0].fields[0].values
    ('China', ('Asia', 'Earth'))
    >>> parse("  says Report").problems[0][:2]
    (1, 'the line is indented, but not under a record or a chain')
    """
    parser = _Parser()
    for number, line in enumerate(text.splitlines(), 1):
        try:
            parser.add(line, number)
        except DataError as error:
            parser.sheet.problems.append((number, error.message, error.remedy or ""))
    parser.close(0)
    return parser.sheet


def _passage_name(text: str) -> str | None:
    if text and not re.fullmatch(r"[\w.-]+", text):
        raise DataError(f"{text!r} is not the name of a passage", remedy="write the name as it is in passages.ttl")
    return text or None


def _record(text: str, passage: str | None, line: int) -> Record:
    if text.startswith("no claim: "):
        if passage is None:
            raise DataError("`no claim` belongs to no passage", remedy="write it under a line with @ and a passage")
        reason = Field(terms.local_name(terms.NO_CLAIM_REASON), (quote(text.removeprefix("no claim: ")),), line)
        return Record("passage", passage, None, line, passage, (reason,))
    match = _RECORD.match(text)
    if match is None:
        raise DataError(
            f"{text[:_LONGEST_EXCERPT]!r} is neither a record nor a field",
            remedy="write a kind and a name, such as `stance china-fears-bases: China fears bases.`, or indent it",
        )
    return Record(match["kind"], match["name"], match["label"], line, passage)


def _chain(text: str, passage: str | None, line: int) -> AttributionChain:
    if passage is None:
        raise DataError("the chain belongs to no passage", remedy="write it under a line with @ and a passage")
    return AttributionChain(passage, tuple(_step(part) for part in _split(text, ">")), line)


def _step(text: str) -> AttributionStep:
    match = _STEP.match(text)
    if match is None:
        raise DataError(
            f"{text!r} is not an attribution", remedy="write `source: Mode`, then via, in, as or for where needed"
        )
    qualifiers, quotations, position = [], [], 0
    rest = match["rest"]
    while position < len(rest):
        qualifier = _QUALIFIER.match(rest, position)
        if qualifier is None:
            raise DataError(
                f"unexpected {rest[position:].strip()!r} in an attribution",
                remedy='write via, in, as or for with a name, or quoted words in ""',
            )
        if qualifier["quotation"]:
            quotations.append(qualifier["quotation"])
        else:
            qualifiers.append((STEP_KEYWORDS[qualifier["keyword"]], qualifier["value"]))
        position = qualifier.end()
    return AttributionStep(match["source"], match["mode"], tuple(qualifiers), tuple(quotations))


def parse_fields(text: str, line: int) -> list[Field]:
    """Parse the fields of one line.

    Args:
        text: The line, without its indentation.
        line: Its number, from 1.

    Raises:
        DataError: A part of the line is not a field, or a field has no value.

    >>> [(field.name, field.values) for field in parse_fields('target: China, NATO; quotedWords: "a; b"', 1)]
    [('target', ('China', 'NATO')), ('quotedWords', ('"a; b"',))]
    """
    fields = []
    for part in _split(text, ";"):
        match = _FIELD.match(part)
        if match is None:
            raise DataError(
                f"{part[:_LONGEST_EXCERPT]!r} is not a field",
                remedy="write `name: value`, with ; between two fields",
            )
        values = tuple(_split(match["value"], ","))
        if not values:
            raise DataError(f"{match['name']} has no value", remedy="give it one, or remove the field")
        fields.append(Field(match["name"], values, line))
    return fields


def _split(text: str, separator: str) -> list[str]:
    """Split *text* at each *separator* that is outside quotation marks and IRIs."""
    parts, start, position, unclosed = [], 0, 0, len(text)
    while position < len(text):
        # if one quotation mark is unclosed, so are all later ones: trying each would take quadratic time
        token = _QUOTED.match(text, position) if text[position] == "<" or position < unclosed else None
        if token is None and text[position] == '"':
            unclosed = position
        if token is not None:
            position = token.end()
        elif text[position] == separator:
            parts.append(text[start:position])
            start = position = position + 1
        else:
            position += 1
    return [part.strip() for part in [*parts, text[start:]] if part.strip()]


def quote(text: str) -> str:
    """Put *text* in quotation marks, with the escapes of Turtle.

    >>> print(quote('a "b"'))
    "a \\"b\\""
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
