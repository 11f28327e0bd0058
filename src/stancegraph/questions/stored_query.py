"""Stored queries: a question in one ``.rq`` file, plain SPARQL 1.1 with a YAML header in ``#+`` comments.

The header gives title, description, tags, parameters and view, the picture that the answer makes (`grlc
<https://github.com/CLARIAH/grlc>`_'s convention). Each parameter has a line of its own in the text::

    VALUES ?issue { issue:Afghanistan }   # param

Binding replaces what stands between the braces by RDF terms, as Oxigraph writes them, and touches nothing else.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stancegraph.errors import DataError, UsageError
from stancegraph.files.ledger import read_text
from stancegraph.questions.view import View
from stancegraph.rdf.namespaces import PREFIXES, expand
from stancegraph.rdf.nesting import yaml_header
from stancegraph.sparql.engine import Term

_PARAM = re.compile(r"^(?P<head>\s*VALUES\s+\?(?P<name>\w+)\s*\{)(?P<data>[^}]*)(?P<tail>\}\s*#\s*param\s*)$", re.M)
_NAMED = re.compile(r"\{(\w+)\}")
TYPES = frozenset({"iri", "xsd:string", "xsd:date", "xsd:integer", "xsd:decimal", "xsd:boolean"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its *type* is ``iri`` or an XSD datatype; *klass* is what an IRI must be of."""

    name: str
    type: str
    label: str
    klass: str | None = None
    required: bool = False
    description: str | None = None

    @property
    def option(self) -> str:
        """The option of the command line."""
        return "--" + self.name.replace("_", "-")


@dataclass(frozen=True, slots=True)
class StoredQuery:
    """A stored query, as its file has it.

    *sentence* asks it, with the names of its parameters in braces. *pages*: the answer stands on the page of each thing
    that can be the value of this parameter, in this place; *home*: its picture stands on the first page, in this place.
    """

    name: str
    path: Path
    title: str
    description: str
    text: str
    parameters: tuple[Parameter, ...] = ()
    tags: tuple[str, ...] = ()
    header: Mapping[str, Any] | None = None
    view: View | None = None
    sentence: str | None = None
    pages: Mapping[str, int] = field(default_factory=dict)
    home: int | None = None

    def check(self, given: Collection[str]) -> None:
        """Raise `UsageError` where *given* names an unknown parameter, or lacks a required one."""
        options = {parameter.name: parameter.option for parameter in self.parameters}
        for name in given:
            if name not in options:
                raise UsageError(
                    f"no parameter {name!r}",
                    subject=self.name,
                    remedy=f"one of: {', '.join(options.values())}" if options else "this question takes no parameters",
                )
        for parameter in self.parameters:
            if parameter.required and parameter.name not in given:
                raise UsageError(
                    f"needs {parameter.option} ({parameter.label})",
                    subject=self.name,
                    remedy=f"add {parameter.option} VALUE",
                )

    def bind(self, values: Mapping[str, Sequence[Term]]) -> str:
        """The SPARQL text with the data blocks of the parameters in *values* replaced; others keep their defaults.

        *values* are such as `check` accepts.
        """

        def replace(match: re.Match[str]) -> str:
            terms = values.get(match["name"])
            data = f" {' '.join(str(term) for term in terms)} " if terms else match["data"]
            return match["head"] + data + match["tail"]

        return _PARAM.sub(replace, self.text)


def load(path: Path) -> StoredQuery:
    """Read one stored query; raise `DataError` where header and text do not agree."""
    text = read_text(path)
    lines = [line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    try:
        query = _of_header(path, text, yaml_header("\n".join(lines)) or {})
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise DataError(
            f"the header is not as it must be: {error}",
            file=path,
            remedy="give title, description, and params as a mapping, in YAML behind #+",
        ) from None
    parameters = query.parameters
    blocks = [match["name"] for match in _PARAM.finditer(text)]
    declared = [parameter.name for parameter in parameters]
    if sorted(blocks) != sorted(declared):
        raise DataError(
            f"the header declares parameters {declared}, the text has VALUES blocks marked # param for {blocks}",
            file=path,
            remedy="write one line `VALUES ?name { … }   # param` for each parameter",
        )
    unknown = set(_NAMED.findall(query.sentence or "")) ^ set(declared) if query.sentence else set()
    if unknown or set(query.pages) - set(declared):
        raise DataError(
            f"the header speaks of {sorted(unknown | set(query.pages) - set(declared))} in sentence or page",
            file=path,
            remedy="name each parameter once in the sentence, and no others in sentence and page",
        )
    for parameter in parameters:
        if parameter.type not in TYPES:
            raise DataError(
                f"parameter {parameter.name!r} has the unknown type {parameter.type!r}",
                file=path,
                remedy=f"one of {', '.join(sorted(TYPES))}",
            )
    return query


def _of_header(path: Path, text: str, header: Any) -> StoredQuery:
    """The query of *header* and *text*; raises `ValueError`, or what Python raises, where a type is another."""
    if not isinstance(header, dict):
        raise ValueError("it is no mapping")
    parameters = tuple(
        Parameter(
            str(name),
            _text(spec.get("type", "iri"), "type"),
            _text(spec.get("label", str(name)), "label"),
            _class_iri(_text(spec.get("class"), "class"), path),
            bool(spec.get("required", False)),
            _text(spec.get("description"), "description"),
        )
        for name, spec in (header.get("params") or {}).items()
    )
    tags = header.get("tags") or []
    if not isinstance(tags, list):
        raise ValueError("tags are a list")
    return StoredQuery(
        path.stem,
        path,
        _text(header["title"], "title"),
        _text(header["description"], "description"),
        text,
        parameters,
        tuple(_text(tag, "a tag") for tag in tags),
        header,
        View.of(header.get("view")),
        _text(header.get("sentence"), "sentence"),
        {str(name): int(place) for name, place in (header.get("page") or {}).items()},
        None if header.get("home") is None else int(header["home"]),
    )


def _text(value: Any, name: str) -> Any:
    """*value*, which must be a text or absent."""
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} is no text; put it in quotation marks")
    return value


def _class_iri(name: str | None, path: Path) -> str | None:
    if name is None:
        return None
    iri = expand(name)
    if iri is None:
        raise DataError(f"class {name!r} has no known prefix", file=path, remedy=f"one of {', '.join(PREFIXES)}")
    return iri


def load_all(paths: Sequence[Path]) -> dict[str, StoredQuery]:
    """Read stored queries, by name."""
    return {query.name: query for query in map(load, paths)}


def find(name: str, paths: Sequence[Path]) -> StoredQuery:
    """Read the one of *paths* that is called *name*; raise what `path_of` and `load` raise."""
    return load(path_of(name, paths))


def path_of(name: str, paths: Sequence[Path]) -> Path:
    """The one of *paths* that is called *name*; raise `UsageError` with the nearest names where there is none."""
    by_name = {path.stem: path for path in paths}
    if name in by_name:
        return by_name[name]
    close = difflib.get_close_matches(name, by_name, n=3)
    hint = f"did you mean: {', '.join(close)}" if close else "`stancegraph queries` lists them"
    raise UsageError(f"no question is called {name!r}", remedy=hint)
