"""Texts as they come, and what each of their lines is: title, heading, caption, note, or running text.

Plain text is taken as it is. HTML, Markdown and PDF are turned into plain text, a paragraph to a line; passages then
point into that text, which is kept beside the source and is no part of the project.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stancegraph.errors import DataError, ExternalError

_NOTES = re.compile(r"(?:end ?|foot)?notes?:?|references:?", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:\[?\d{1,3}[\].)]|[*†‡])\s+\S")
_CAPTION = re.compile(r"(?:figure|fig\.|photo|image|caption|source)\b[^.]{0,40}[:.]", re.IGNORECASE)
_IMPRINT = re.compile(r"(?:publication|published|volume|by|author|date)\b\s*:", re.IGNORECASE)
_END = re.compile(r"[.!?…:;,”\"')\]]$")
_LONGEST_HEADING = 90


@dataclass
class Source:
    """A text, and the kinds of its lines by number from 1: title, imprint, caption, heading, note, or running text."""

    text: str
    kinds: dict[int, str] = field(default_factory=dict)

    @property
    def title(self) -> str | None:
        """Its title, if it has one."""
        lines = self.text.split("\n")
        return next((lines[number - 1].strip() for number, kind in self.kinds.items() if kind == "title"), None)


def read(path: Path) -> Source:
    """Read a text by the ending of its name: .txt, .md, .html, .htm or .pdf.

    Raises `DataError` where it is not what its name says, `ExternalError` where it cannot be read, or a library lacks.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ExternalError(f"cannot read it: {error.strerror or error}", file=path) from None
    suffix = path.suffix.lower()
    if suffix == ".pdf":
        return plain(_pdf(content, path))
    try:
        words = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"not UTF-8 at byte {error.start}", file=path, remedy="convert the text to UTF-8") from None
    if suffix in {".html", ".htm"}:
        return _html(words, path)
    if suffix in {".md", ".markdown"}:
        return _markdown(words)
    return plain(words)


def plain(text: str) -> Source:
    """What the lines of a plain text are: by their place, their length and how they end."""
    source, notes, first = Source(text), False, True
    for number, line in enumerate(text.split("\n"), 1):
        words = line.strip()
        if not words:
            continue
        if first:
            source.kinds[number], first = "title", False
        elif _NOTES.fullmatch(words):
            source.kinds[number], notes = "heading", True
        elif notes and _NUMBERED.match(words):
            source.kinds[number] = "note"
        elif _CAPTION.match(words):
            source.kinds[number] = "caption"
        elif _IMPRINT.match(words) and len(words) < _LONGEST_HEADING:
            source.kinds[number] = "imprint"
        elif len(words) <= _LONGEST_HEADING and not _END.search(words) and not words.startswith(("- ", "* ", "• ")):
            source.kinds[number] = "heading"
    return source


class _Lines:
    """A text that grows by lines of known kinds."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.kinds: dict[int, str] = {}

    def add(self, words: str, kind: str | None) -> None:
        """Add a line, unless it is empty; the first heading is the title."""
        words = " ".join(words.split())
        if not words:
            return
        if self.lines:
            self.lines.append("")
        self.lines.append(words)
        if kind == "heading" and "title" not in self.kinds.values():
            kind = "title"
        if kind is not None:
            self.kinds[len(self.lines)] = kind

    def source(self) -> Source:
        """The text so far."""
        return Source("\n".join(self.lines) + "\n", self.kinds)


def _html(words: str, path: Path) -> Source:
    """The paragraphs of a page, without what is not its text: navigation, scripts, forms."""
    html = _library("lxml.html", path)
    if not words.strip():
        raise DataError("the page is empty", file=path, remedy="save it again")
    root = html.document_fromstring(words)
    for element in root.xpath("//script|//style|//nav|//header|//footer|//aside|//form|//noscript"):
        element.drop_tree()
    articles = root.xpath("//article|//main")
    lines, notes = _Lines(), False
    for element in (articles[0] if articles else root).xpath(
        ".//h1|.//h2|.//h3|.//h4|.//p|.//li|.//figcaption|.//blockquote[not(.//p)]"
    ):
        if element.xpath("ancestor::figcaption|ancestor::li[.//p]") and element.tag == "p":
            continue
        told = element.text_content()
        kind = {"h1": "title", "figcaption": "caption"}.get(element.tag)
        if kind == "title" and "title" in lines.kinds.values():
            kind = "heading"
        if element.tag in {"h2", "h3", "h4"}:
            kind, notes = "heading", bool(_NOTES.fullmatch(told.strip()))
        elif notes and element.tag in {"li", "p"}:
            kind = "note"
        lines.add(told, kind)
    return lines.source()


def _markdown(words: str) -> Source:
    from markdown_it import MarkdownIt

    lines, heading, notes = _Lines(), False, False
    for token in MarkdownIt("commonmark").parse(words):
        if token.type in {"heading_open", "heading_close"}:
            heading = token.type == "heading_open"
        elif token.type == "inline":
            told = "".join(
                " " if child.type in {"softbreak", "hardbreak"} else child.content for child in token.children or ()
            )
            if heading:
                notes = bool(_NOTES.fullmatch(told.strip()))
            lines.add(told, "heading" if heading else "note" if notes else None)
    return lines.source()


def _pdf(content: bytes, path: Path) -> str:
    """The text of a PDF, a paragraph to a line: lines that do not end a sentence go on in the next."""
    pypdf = _library("pypdf", path)
    try:
        pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    except Exception as error:
        raise DataError(f"not a PDF that can be read: {error}", file=path, remedy="save it as text") from None
    if not "".join(pages).strip():
        raise DataError("it has no text, only pictures", file=path, remedy="put it through text recognition first")
    paragraphs: list[str] = []
    for line in "\n".join(pages).split("\n"):
        words = line.strip()
        goes_on = paragraphs and paragraphs[-1] and words and not _END.search(paragraphs[-1])
        if goes_on and len(paragraphs[-1]) > _LONGEST_HEADING // 2:
            joined = paragraphs[-1]
            hyphen = joined.endswith("-") and words[:1].islower()
            paragraphs[-1] = joined[:-1] + words if hyphen else f"{joined} {words}"
        else:
            paragraphs.append(words)
    return "\n\n".join(one for one in paragraphs if one) + "\n"


def _library(name: str, path: Path) -> Any:
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError:
        raise ExternalError(
            f"reading it needs {name.partition('.')[0]}", file=path, remedy="pip install 'stancegraph[draft]'"
        ) from None
