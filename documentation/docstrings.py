"""What docstrings in Google style say of attributes."""

from __future__ import annotations

import inspect
import re

_ENTRY = re.compile(r"^    (\w+): (.*(?:\n        .+)*)", re.MULTILINE)


def attributes(klass: type) -> dict[str, str]:
    """Return what the docstring of *klass* says of each of its attributes, in one line of Markdown each."""
    section = (inspect.getdoc(klass) or "").partition("Attributes:\n")[2]
    return {name: " ".join(text.split()).replace("``", "`") for name, text in _ENTRY.findall(section)}
