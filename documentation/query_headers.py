"""The reference of the headers of stored queries, from what their readers take."""

from __future__ import annotations

from collections.abc import Mapping

from documentation.markdown import code
from documentation.markdown import table as markdown_table
from stancegraph.linking import enrichment
from stancegraph.pipeline import checks
from stancegraph.questions import stored_query, view

KEYS: Mapping[str, Mapping[str, str]] = {
    "question": stored_query.HEADER_KEYS,
    "parameter": stored_query.PARAMETER_KEYS,
    "check": checks.HEADER_KEYS,
    "enrichment": enrichment.HEADER_KEYS,
}
"""The keys of each kind of header, and what each says."""
_TYPES = {
    "iri": "an IRI, a prefixed name, or the label or alias of a thing of the class",
    "xsd:string": "words",
    "xsd:date": "a day, as `2012-05-21`",
    "xsd:integer": "a whole number",
    "xsd:decimal": "a number, as `0.5`",
    "xsd:boolean": "`true` or `false`",
}


def table(kind: str) -> str:
    """The keys of one *kind* of header."""
    return markdown_table(["key", "meaning"], ((code(key), meaning) for key, meaning in KEYS[kind].items()))


def parameter_types() -> str:
    """The types of parameters, and how a value of each is written."""
    return markdown_table(["type", "a value is written as"], ((code(t), _TYPES[t]) for t in sorted(stored_query.TYPES)))


def views() -> str:
    """The types of pictures, with the roles that variables play in each."""
    rows = [
        (code(kind), ", ".join(map(code, required)), ", ".join(map(code, optional)))
        for kind, (required, optional) in view.ROLES.items()
    ]
    return markdown_table(["type", "roles that it needs", "roles that it may have"], rows)
