"""Passages of a text: what each sentence's place is, and whether the text at that place is still the same.

A *layout* (``data/articles/<slug>/layout.toml``) says which lines of a text file are its title, headings,
caption and notes; every other line is a paragraph. A passage is one sentence of a paragraph, or one of those
lines whole. Its position counts Unicode code points of the decoded file, as `oa:TextPositionSelector
<https://www.w3.org/TR/annotation-model/#text-position-selector>`_ does: *start* is the first character,
*end* the one behind the last.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stancegraph.errors import DataError
from stancegraph.rdf.namespaces import ID
from stancegraph.rdf.nesting import toml

PASSAGE = ID + "passage/"
_LONGEST = 20_000  # characters of a paragraph that are looked at at once
_KINDS = {"title": "Title", "imprint": "Imprint", "caption": "Caption", "heading": "Heading", "note": "Note"}


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage of a text: where it stands, and the SHA-256 of exactly its characters."""

    name: str
    kind: str
    section: str
    paragraph: int
    sentence: int
    start: int
    end: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Which lines of a text are what; line numbers count from 1."""

    sha256: str
    publication: str
    first_section: str
    kinds: dict[int, str]

    @classmethod
    def read(cls, path: Path) -> Layout:
        """Read a ``layout.toml``; raise `DataError` where it is not one."""
        try:
            return cls.parse(path.read_text(encoding="utf-8"), path)
        except OSError as error:
            raise DataError(
                f"cannot read it: {error.strerror}", file=path, remedy="write the article's layout"
            ) from None
        except UnicodeDecodeError as error:
            raise DataError(f"not a layout: {error}", file=path, remedy="convert it to UTF-8") from None

    @classmethod
    def parse(cls, text: str, path: Path) -> Layout:
        """The layout that *text*, of the file *path*, describes; raise `DataError` where it describes none."""
        try:
            table = toml(text)
            kinds = {_number(line): _KINDS[kind] for kind, lines in table["lines"].items() for line in lines}
            named = [table[name] for name in ("sha256", "publication", "first_section")]
            if not all(isinstance(one, str) for one in named):
                raise ValueError("sha256, publication and first_section are strings")
            return cls(named[0], named[1], named[2], kinds)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DataError(
                f"not a layout: {error}",
                file=path,
                remedy=f"give sha256, publication, first_section and [lines] of {', '.join(_KINDS)}",
            ) from None


def _number(line: object) -> int:
    """*line*, which must be a whole number."""
    if not isinstance(line, int):
        raise ValueError(f"{line!r} is no number of a line")
    return line


def digest(text: str) -> str:
    """Return the SHA-256 of *text* in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def read_text(path: Path) -> str:
    """Return the text of *path*; raise `DataError` where it cannot be read or is not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise DataError(
            f"cannot read the text: {error.strerror}", file=path, remedy="name the article's text file"
        ) from None
    except UnicodeDecodeError as error:
        raise DataError(f"not UTF-8 at byte {error.start}", file=path, remedy="convert the text to UTF-8") from None


def sentences(paragraph: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each sentence of *paragraph*, without the white space between them.

    The boundaries are `sentencex <https://github.com/wikimedia/sentencex>`_'s, save one: a sentence does not
    begin with a parenthesis, so that a citation stays with the sentence that it documents.
    """
    from sentencex import segment

    spans: list[tuple[int, int]] = []
    position = 0
    for sentence in (one for stretch in _stretches(paragraph) for one in segment("en", stretch)):
        start = paragraph.index(sentence, position)
        position = start + len(sentence)
        stripped = sentence.strip()
        if not stripped:
            continue
        start += len(sentence) - len(sentence.lstrip())
        end = start + len(stripped)
        if spans and stripped.startswith("("):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    yield from spans


def _stretches(paragraph: str) -> Iterator[str]:
    """*paragraph* in stretches that end with a sentence where one ends, as the time for each grows with its square."""
    position = 0
    while len(paragraph) - position > _LONGEST:
        end = max(paragraph.rfind(mark, position, position + _LONGEST) for mark in (". ", "? ", "! ")) + 2
        if end <= position:
            end = position + _LONGEST
        yield paragraph[position:end]
        position = end
    yield paragraph[position:]


def _slug(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def passages(text: str, layout: Layout) -> list[Passage]:
    """Cut *text* into its passages, in order.

    Each character that is not white space lies in exactly one passage.
    """
    found: list[Passage] = []
    section, name, paragraph, position = layout.first_section, _slug(layout.first_section), 0, 0
    front = note = 0

    def add(local: str, kind: str, place: str, number: int, sentence: int, start: int, end: int) -> None:
        found.append(Passage(local, kind, place, number, sentence, start, end, digest(text[start:end])))

    for number, line in enumerate(text.split("\n"), start=1):
        start, end = position + len(line) - len(line.lstrip()), position + len(line.rstrip())
        position += len(line) + 1
        if start >= end:
            continue
        kind = layout.kinds.get(number, "Sentence")
        if kind == "Heading":
            section, paragraph = text[start:end].rstrip(":"), 0
            name = _slug(section)
            add(f"{name}-0", kind, section, 0, 0, start, end)
        elif kind == "Note":
            note += 1
            add(f"{name}-{note}", kind, section, note, 0, start, end)
        elif kind == "Sentence":
            paragraph += 1
            for sentence, (first, last) in enumerate(sentences(text[start:end]), start=1):
                local = f"{name}-{paragraph}-{sentence}"
                add(local, kind, section, paragraph, sentence, start + first, start + last)
        else:
            front += 1
            add(f"front-{front}", kind, "Front matter", front, 0, start, end)
    return found


def to_turtle(text: str, layout: Layout, slug: str) -> str:
    """Return ``passages.ttl`` of the article *slug*: Turtle for people, byte-identical for the same text."""
    from pyoxigraph import Literal

    lines = [
        "# Generated from the article's text by `stancegraph article passages`; do not edit.",
        f"@prefix : <{PASSAGE}{slug}/> .",
        "@prefix kind: <https://w3id.org/stancegraph/id/kind/> .",
        "@prefix sg: <https://w3id.org/stancegraph/ontology#> .",
        "",
        f'<{layout.publication}> sg:textSha256 "{digest(text)}" .',
    ]
    for passage in passages(text, layout):
        lines += [
            "",
            f":{passage.name} a sg:Passage ;",
            f"    sg:inPublication   <{layout.publication}> ;",
            f"    sg:passageKind     kind:{passage.kind} ;",
            f"    sg:section         {Literal(passage.section)} ;",
            f"    sg:paragraphNumber {passage.paragraph} ;",
            f"    sg:sentenceNumber  {passage.sentence} ;",
            f"    sg:charStart       {passage.start} ;",
            f"    sg:charEnd         {passage.end} ;",
            f'    sg:sha256          "{passage.sha256}" .',
        ]
    return "\n".join(lines) + "\n"
