"""The list of the pages of a section, with the first sentence of each."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
_ORDER = Path(__file__).with_name("reading_order.txt").read_text(encoding="utf-8").split()
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def pages(folder: str) -> str:
    """The pages in a *folder* of the documentation, in the order of reading, as a list of links."""
    paths = sorted((DOCS / folder).glob("*.md"), key=lambda path: _place(path.relative_to(DOCS).as_posix()))
    paths += sorted((DOCS / folder).glob("*/index.md"))
    return "\n".join(_item(path) for path in paths if path != DOCS / folder / "index.md")


def _place(name: str) -> tuple[int, str]:
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER)), name


def _item(path: Path) -> str:
    text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
    title = _TITLE.search(text)
    return f"- [{title[1] if title else path.stem}]({path.relative_to(DOCS).as_posix()})"
