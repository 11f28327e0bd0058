"""Shapes that are not well formed are named with the remedy before any data is validated."""

from __future__ import annotations

from pathlib import Path

import pytest

from stancegraph.errors import DataError
from stancegraph.pipeline.shapes import load_shapes

PREFIXES = """\
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix : <http://example.org/> .
"""


def shape_with_flags(folder: Path, flags: str) -> Path:
    path = folder / "label.ttl"
    shape = f':Label a sh:PropertyShape ; sh:path rdfs:label ; sh:pattern "a" ; sh:flags "{flags}" .\n'
    path.write_text(PREFIXES + shape, encoding="utf-8")
    return path


@pytest.mark.parametrize("flags", ["q", "iq", "u", "I"])
def test_flags_that_are_not_supported_are_refused_with_those_that_are(flags: str, tmp_path: Path) -> None:
    """The flag q, for a literal pattern, is one of XPath's and so of SHACL's; Python's regular expressions lack it."""
    path = shape_with_flags(tmp_path, flags)
    with pytest.raises(DataError, match=f"sh:flags has '{flags}'") as raised:
        load_shapes([path])
    assert raised.value.remedy == "use the letters s, m, i, x"
    assert raised.value.file == path
    assert raised.value.subject is not None
    assert raised.value.subject.endswith("Label")


@pytest.mark.parametrize("flags", ["", "s", "m", "i", "x", "smix"])
def test_the_flags_that_the_remedy_names_are_accepted(flags: str, tmp_path: Path) -> None:
    path = shape_with_flags(tmp_path, flags)
    assert load_shapes([path]).files == {"http://example.org/Label": path}
