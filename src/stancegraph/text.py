"""The passages of an article's text: the position of each, and a digest that shows whether its text is still the same.

A *layout* (``data/articles/<slug>/layout.toml``) gives the lines of a text file that are its title, imprint, headings,
captions and notes; every other line is a paragraph. A passage is one sentence of a paragraph, or one of those lines as
a whole. Its position counts Unicode code points of the decoded file, as `oa:TextPositionSelector
<https://www.w3.org/TR/annotation-model/#text-position-selector>`_ does: *start* is that of the first character, *end*
that of the one after the last.
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
_MAX_STRETCH = 20_000  # characters of a paragraph that are divided into sentences at a time
_KINDS = {"title": "Title", "imprint": "Imprint", "caption": "Caption", "heading": "Heading", "note": "Note"}


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage of a text.

    Attributes:
        name: Its local name, such as ``introduction-2-1``.
        kind: The local name of its kind, such as ``Sentence`` or ``Heading``.
        section: The heading of its section; ``Front matter`` for a title, imprint or caption.
        paragraph: The number of its paragraph in the section, or of the note or line of front matter; 0 for a heading.
        sentence: The number of the sentence in the paragraph; 0 for all other passages.
        start: The position of its first character.
        end: The position after its last character.
        sha256: The SHA-256 of exactly its characters in UTF-8, in hexadecimal.
    """

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
    """The layout of a text: which of its lines are not paragraphs.

    Attributes:
        sha256: The SHA-256 of the text in UTF-8, in hexadecimal.
        publication: The IRI of the publication.
        first_section: The name of the section before the first heading.
        kinds: The kind of each line that is not a paragraph, by its number, from 1.
    """

    sha256: str
    publication: str
    first_section: str
    kinds: dict[int, str]

    @classmethod
    def read(cls, path: Path) -> Layout:
        """Read the ``layout.toml`` at *path*; raise `DataError` if it cannot be read or is not a layout."""
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
        """Return the layout that a text in TOML describes.

        Args:
            text: The content of a ``layout.toml``.
            path: The file that it is from, to be named in the error.

        Raises:
            DataError: The text does not describe a layout.
        """
        try:
            table = toml(text)
            kinds = {_check_line_number(line): _KINDS[kind] for kind, lines in table["lines"].items() for line in lines}
            values = [table[key] for key in ("sha256", "publication", "first_section")]
            if not all(isinstance(value, str) for value in values):
                raise ValueError("sha256, publication and first_section must be strings")
            return cls(values[0], values[1], values[2], kinds)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DataError(
                f"not a layout: {error}",
                file=path,
                remedy=f"give sha256, publication, first_section and [lines] of {', '.join(_KINDS)}",
            ) from None


def _check_line_number(line: object) -> int:
    """Return *line*, which must be a whole number."""
    if not isinstance(line, int):
        raise ValueError(f"{line!r} is not the number of a line")
    return line


def digest(text: str) -> str:
    """Return the SHA-256 of *text* in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def read_text(path: Path) -> str:
    """Return the text of the file *path*; raise `DataError` if it cannot be read or is not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise DataError(
            f"cannot read the text: {error.strerror}", file=path, remedy="name the article's text file"
        ) from None
    except UnicodeDecodeError as error:
        raise DataError(f"not UTF-8 at byte {error.start}", file=path, remedy="convert the text to UTF-8") from None


def sentences(paragraph: str) -> Iterator[tuple[int, int]]:
    """Yield the start and the end of each sentence of *paragraph*, without the white space between them.

    The boundaries are those of `sentencex <https://github.com/wikimedia/sentencex>`_, with one exception: a sentence
    does not begin with a parenthesis, so that a citation stays with the sentence that it documents.
    """
    from sentencex import segment

    spans: list[tuple[int, int]] = []
    position = 0
    for sentence in (sentence for stretch in _split_stretches(paragraph) for sentence in segment("en", stretch)):
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


def _split_stretches(paragraph: str) -> Iterator[str]:
    """Yield *paragraph* in stretches that end with a sentence if they can: the time for one grows with its square."""
    position = 0
    while len(paragraph) - position > _MAX_STRETCH:
        mark = max(paragraph.rfind(mark, position, position + _MAX_STRETCH) for mark in (". ", "? ", "! "))
        end = mark + 2 if mark >= 0 else position + _MAX_STRETCH
        yield paragraph[position:end]
        position = end
    yield paragraph[position:]


def _to_slug(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def passages(text: str, layout: Layout) -> list[Passage]:
    """Divide a text into its passages, so that each character that is not white space is in exactly one of them.

    Args:
        text: The text of an article.
        layout: Its layout.

    Returns:
        The passages, in the order of the text.
    """
    result: list[Passage] = []
    section, name, paragraph, position = layout.first_section, _to_slug(layout.first_section), 0, 0
    front = note = 0

    def add(local: str, kind: str, section: str, number: int, sentence: int, start: int, end: int) -> None:
        result.append(Passage(local, kind, section, number, sentence, start, end, digest(text[start:end])))

    for number, line in enumerate(text.split("\n"), start=1):
        start, end = position + len(line) - len(line.lstrip()), position + len(line.rstrip())
        position += len(line) + 1
        if start >= end:
            continue
        kind = layout.kinds.get(number, "Sentence")
        if kind == "Heading":
            section, paragraph = text[start:end].rstrip(":"), 0
            name = _to_slug(section)
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
    return result
