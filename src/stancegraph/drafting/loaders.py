"""Load the text of an article and classify its lines: title, imprint, heading, caption, note or running text.

Plain text is used as it is. HTML, Markdown and PDF are converted to plain text with one paragraph per line. Passages
point into that text, which is stored beside the source file and not in the graph.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stancegraph.errors import DataError, ExternalError

_NOTES_HEADING = re.compile(r"(?:end ?|foot)?notes?:?|references:?", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:\[?\d{1,3}[\].)]|[*†‡])\s+\S")
_CAPTION = re.compile(r"(?:figure|fig\.|photo|image|caption|source)\b[^.]{0,40}[:.]", re.IGNORECASE)
_IMPRINT = re.compile(r"(?:publication|published|volume|by|author|date)\b\s*:", re.IGNORECASE)
_END_OF_SENTENCE = re.compile(r"[.!?…:;,”\"')\]]$")
_BULLETS = ("- ", "* ", "• ")
_LONGEST_HEADING = 90  # characters


@dataclass
class LoadedText:
    """The text of an article.

    Attributes:
        text: The plain text.
        kinds: The kinds of its lines, by number from 1: title, imprint, caption, heading or note. Lines of running
            text have none.
    """

    text: str
    kinds: dict[int, str] = field(default_factory=dict)

    @property
    def title(self) -> str | None:
        """The title, if there is one."""
        lines = self.text.split("\n")
        return next((lines[number - 1].strip() for number, kind in self.kinds.items() if kind == "title"), None)


def read(path: Path) -> LoadedText:
    """Load a text; its suffix gives the format: .md or .markdown, .html or .htm, .pdf; any other is plain text.

    Raises:
        DataError: The content is malformed, or has no text.
        ExternalError: The file cannot be read, or a library for the format is not installed.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ExternalError(f"the file cannot be read: {error.strerror or error}", file=path) from None
    suffix = path.suffix.lower()
    if suffix == ".pdf":
        return from_plain_text(_text_of_pdf(content, path))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"not UTF-8 at byte {error.start}", file=path, remedy="convert the text to UTF-8") from None
    if suffix in {".html", ".htm"}:
        return _from_html(text, path)
    if suffix in {".md", ".markdown"}:
        return _from_markdown(text)
    return from_plain_text(text)


def from_plain_text(text: str) -> LoadedText:
    """Classify the lines of a plain text by their position, length and ending.

    >>> from_plain_text("Cold Waters\\n\\nBy: A. Writer\\n\\nThe ice melts.\\n").kinds
    {1: 'title', 3: 'imprint'}
    """
    loaded, in_notes, is_first = LoadedText(text), False, True
    for number, line in enumerate(text.split("\n"), 1):
        content = line.strip()
        if not content:
            continue
        if is_first:
            loaded.kinds[number], is_first = "title", False
        elif _NOTES_HEADING.fullmatch(content):
            loaded.kinds[number], in_notes = "heading", True
        elif in_notes and _NUMBERED.match(content):
            loaded.kinds[number] = "note"
        elif _CAPTION.match(content):
            loaded.kinds[number] = "caption"
        elif _IMPRINT.match(content) and len(content) < _LONGEST_HEADING:
            loaded.kinds[number] = "imprint"
        elif (
            len(content) <= _LONGEST_HEADING
            and not _END_OF_SENTENCE.search(content)
            and not content.startswith(_BULLETS)
        ):
            loaded.kinds[number] = "heading"
    return loaded


class _TextBuilder:
    """A text that grows by paragraphs of known kinds."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.kinds: dict[int, str] = {}

    def add(self, paragraph: str, kind: str | None) -> None:
        """Add a paragraph, unless it is empty; the first heading is the title."""
        line = " ".join(paragraph.split())
        if not line:
            return
        if self.lines:
            self.lines.append("")
        self.lines.append(line)
        if kind == "heading" and "title" not in self.kinds.values():
            kind = "title"
        if kind is not None:
            self.kinds[len(self.lines)] = kind

    def build(self) -> LoadedText:
        """Return the text."""
        return LoadedText("\n".join(self.lines) + "\n", self.kinds)


def _from_html(markup: str, path: Path) -> LoadedText:
    """Return the paragraphs of a page, without navigation, scripts, forms and the like."""
    html = _import_library("lxml.html", path)
    if not markup.strip():
        raise DataError("the page is empty", file=path, remedy="save the page again")
    root = html.document_fromstring(markup)
    for element in root.xpath("//script|//style|//nav|//header|//footer|//aside|//form|//noscript"):
        element.drop_tree()
    articles = root.xpath("//article|//main")
    builder, in_notes = _TextBuilder(), False
    for element in (articles[0] if articles else root).xpath(
        ".//h1|.//h2|.//h3|.//h4|.//p|.//li|.//figcaption|.//blockquote[not(.//p)]"
    ):
        if element.xpath("ancestor::figcaption|ancestor::li[.//p]") and element.tag == "p":
            continue
        text = element.text_content()
        kind = {"h1": "title", "figcaption": "caption"}.get(element.tag)
        if kind == "title" and "title" in builder.kinds.values():
            kind = "heading"
        if element.tag in {"h2", "h3", "h4"}:
            kind, in_notes = "heading", bool(_NOTES_HEADING.fullmatch(text.strip()))
        elif in_notes and element.tag in {"li", "p"}:
            kind = "note"
        builder.add(text, kind)
    return builder.build()


def _from_markdown(markup: str) -> LoadedText:
    from markdown_it import MarkdownIt

    builder, in_heading, in_notes = _TextBuilder(), False, False
    for token in MarkdownIt("commonmark").parse(markup):
        if token.type in {"heading_open", "heading_close"}:
            in_heading = token.type == "heading_open"
        elif token.type == "inline":
            text = "".join(
                " " if child.type in {"softbreak", "hardbreak"} else child.content for child in token.children or ()
            )
            if in_heading:
                in_notes = bool(_NOTES_HEADING.fullmatch(text.strip()))
            builder.add(text, "heading" if in_heading else "note" if in_notes else None)
    return builder.build()


def _text_of_pdf(content: bytes, path: Path) -> str:
    """Return the text of a PDF, one paragraph per line: a line that does not end a sentence continues in the next."""
    pypdf = _import_library("pypdf", path)
    try:
        pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    except Exception as error:  # pypdf raises many kinds of errors for malformed files
        raise DataError(f"not a PDF that can be read: {error}", file=path, remedy="save it as text") from None
    if not "".join(pages).strip():
        raise DataError(
            "the PDF contains only pictures, and no text", file=path, remedy="run text recognition (OCR) on it first"
        )
    paragraphs: list[str] = []
    for line in "\n".join(pages).split("\n"):
        fragment = line.strip()
        previous = paragraphs[-1] if paragraphs else ""
        continues = previous and fragment and not _END_OF_SENTENCE.search(previous)
        if continues and len(previous) > _LONGEST_HEADING // 2:
            is_hyphenated = previous.endswith("-") and fragment[:1].islower()
            paragraphs[-1] = previous[:-1] + fragment if is_hyphenated else f"{previous} {fragment}"
        else:
            paragraphs.append(fragment)
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


def _import_library(name: str, path: Path) -> Any:
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError:
        raise ExternalError(
            f"reading this format needs {name.partition('.')[0]}", file=path, remedy="pip install 'stancegraph[draft]'"
        ) from None
