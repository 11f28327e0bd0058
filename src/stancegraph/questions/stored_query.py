"""Stored queries: questions in ``.rq`` files, each plain SPARQL 1.1 with a YAML header in ``#+`` comments.

The header, by `grlc <https://github.com/CLARIAH/grlc>`_'s convention, gives title, description, tags, parameters and
the view: the picture that the answer makes. Each parameter has a line of its own in the text::

    VALUES ?issue { issue:Afghanistan }   # param

Binding replaces what is between the braces by RDF terms, as Oxigraph writes them. It changes nothing else, except where
other languages are preferred for the labels: `stancegraph.questions.languages`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stancegraph.errors import DataError, UsageError
from stancegraph.files.ledger import read_text
from stancegraph.questions.languages import prefer_languages
from stancegraph.questions.view import View
from stancegraph.rdf.namespaces import expand, prefixes
from stancegraph.rdf.nesting import yaml_header
from stancegraph.sparql.engine import Term
from stancegraph.suggestions import did_you_mean, suggest

_PARAM = re.compile(r"^(?P<head>\s*VALUES\s+\?(?P<name>\w+)\s*\{)(?P<data>[^}]*)(?P<tail>\}\s*#\s*param\s*)$", re.M)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
TYPES = frozenset({"iri", "xsd:string", "xsd:date", "xsd:integer", "xsd:decimal", "xsd:boolean"})
"""The types that a parameter may have: an IRI, or a literal of an XSD datatype."""
HEADER_KEYS: Mapping[str, str] = {
    "title": "The question in a few words. Required.",
    "description": "What the answer shows, in a sentence or two. Required.",
    "tags": "A list of tags, by which questions are grouped; the first is the group on the pages.",
    "params": "The parameters: a mapping from the name of each, which is that of its variable, to its own keys.",
    "sentence": "The question as a sentence, with the name of each parameter in braces: the form on the pages.",
    "view": "The picture that the answer makes: its `type`, and the variable for each role.",
    "page": "For a parameter, the place of the answer on the page of each thing that can be its value: a number.",
    "home": "The place of its picture on the first page: a number.",
}
"""The keys of the header of a stored query, and what each says."""
PARAMETER_KEYS: Mapping[str, str] = {
    "type": "The type of its values; `iri` without it.",
    "class": "For an IRI, the class that it must be of, by its prefixed name; any without it.",
    "label": "What people see; the name of the parameter without it.",
    "required": "Whether a value must be given; `false` without it.",
    "description": "What its values mean.",
}
"""The keys of a parameter in the header of a stored query, and what each says."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a stored query.

    Attributes:
        name: Its name, which is that of its variable.
        type: ``iri``, or an XSD datatype; one of `TYPES`.
        label: What people see.
        klass: The IRI of the class that an IRI must be of; None for any.
        required: Whether a value must be given.
        description: What its values mean.
    """

    name: str
    type: str
    label: str
    klass: str | None = None
    required: bool = False
    description: str | None = None

    @property
    def option(self) -> str:
        """The option of the command line that gives its value."""
        return "--" + self.name.replace("_", "-")


@dataclass(frozen=True, slots=True)
class StoredQuery:
    """A stored query, as it is in its file.

    Attributes:
        name: The name of the file, without ``.rq``.
        path: The file.
        title: A title of a few words.
        description: What the answer shows.
        text: The whole text of the file.
        parameters: The parameters, in the order of the header.
        tags: The tags, by which questions are grouped.
        header: The header as it was parsed.
        view: The picture that the answer makes, if any.
        sentence: The question in a sentence, with the names of its parameters in braces.
        pages: For a parameter, the place of the answer on the page of each thing that can be its value.
        home: The place of its picture on the first page, if it is there.
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

    def check(self, names: Collection[str]) -> None:
        """Check the names of the parameters that have values.

        Raises:
            UsageError: *names* has an unknown parameter, or is missing a required one.
        """
        options = {parameter.name: parameter.option for parameter in self.parameters}
        for name in names:
            if name not in options:
                raise UsageError(
                    f"no parameter {name!r}",
                    subject=self.name,
                    remedy=f"one of: {', '.join(options.values())}" if options else "this question takes no parameters",
                )
        for parameter in self.parameters:
            if parameter.required and parameter.name not in names:
                raise UsageError(
                    f"needs {parameter.option} ({parameter.label})",
                    subject=self.name,
                    remedy=f"add {parameter.option} VALUE",
                )

    def bind(self, values: Mapping[str, Sequence[Term]], languages: Sequence[str] = ()) -> str:
        """Put values into the query, and let it prefer languages.

        Args:
            values: The terms for each parameter, by its name, such as `check` accepts; a parameter without any keeps
                its default.
            languages: The languages in which labels are preferred to those in English, the first one most.

        Returns:
            The SPARQL text, with the data blocks of these parameters and the lines that read labels replaced.
        """

        def replace(match: re.Match[str]) -> str:
            terms = values.get(match["name"])
            data = f" {' '.join(str(term) for term in terms)} " if terms else match["data"]
            return match["head"] + data + match["tail"]

        return _PARAM.sub(replace, prefer_languages(self.text, languages))


def load(path: Path) -> StoredQuery:
    """Read a stored query.

    Args:
        path: Its file.

    Raises:
        DataError: The header is not valid or does not match the text, or the file is not one of text.
        ExternalError: The file cannot be read.
    """
    text = read_text(path)
    lines = [line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    try:
        query = _from_header(path, text, yaml_header("\n".join(lines)) or {})
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise DataError(
            f"the header is not valid: {error}",
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
    mismatched = set(_PLACEHOLDER.findall(query.sentence or "")) ^ set(declared) if query.sentence else set()
    if mismatched or set(query.pages) - set(declared):
        raise DataError(
            f"sentence or page does not match the parameters: {sorted(mismatched | set(query.pages) - set(declared))}",
            file=path,
            remedy="name each parameter once in the sentence, and nothing else in sentence and page",
        )
    for parameter in parameters:
        if parameter.type not in TYPES:
            raise DataError(
                f"parameter {parameter.name!r} has the unknown type {parameter.type!r}",
                file=path,
                remedy=f"one of {', '.join(sorted(TYPES))}",
            )
    return query


def _from_header(path: Path, text: str, header: Any) -> StoredQuery:
    """Return the query of *header* and *text*; raise `ValueError`, or what Python raises for a wrong type."""
    if not isinstance(header, dict):
        raise ValueError("it is not a mapping")
    if "lang" in (header.get("params") or {}):
        raise ValueError("a parameter cannot be called lang, which is the language of the labels")
    parameters = tuple(
        Parameter(
            str(name),
            _check_text(spec.get("type", "iri"), "type"),
            _check_text(spec.get("label", str(name)), "label"),
            _class_iri(_check_text(spec.get("class"), "class"), path),
            bool(spec.get("required", False)),
            _check_text(spec.get("description"), "description"),
        )
        for name, spec in (header.get("params") or {}).items()
    )
    tags = header.get("tags") or []
    if not isinstance(tags, list):
        raise ValueError("tags must be a list")
    return StoredQuery(
        path.stem,
        path,
        _check_text(header["title"], "title"),
        _check_text(header["description"], "description"),
        text,
        parameters,
        tuple(_check_text(tag, "a tag") for tag in tags),
        header,
        View.from_header(header.get("view")),
        _check_text(header.get("sentence"), "sentence"),
        {str(name): int(place) for name, place in (header.get("page") or {}).items()},
        None if header.get("home") is None else int(header["home"]),
    )


def _check_text(value: Any, name: str) -> Any:
    """Return *value*, which must be a string or None."""
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} is not text; put it in quotation marks")
    return value


def _class_iri(name: str | None, path: Path) -> str | None:
    if name is None:
        return None
    iri = expand(name)
    if iri is None:
        raise DataError(f"class {name!r} has no known prefix", file=path, remedy=f"one of {', '.join(prefixes())}")
    return iri


def load_all(paths: Sequence[Path]) -> dict[str, StoredQuery]:
    """Read the stored queries in *paths*, and return them by name; raise what `load` raises."""
    return {query.name: query for query in map(load, paths)}


def find(name: str, paths: Sequence[Path]) -> StoredQuery:
    """Read the stored query of a name.

    Args:
        name: The name.
        paths: The files to look among.

    Raises:
        UsageError: No file has this name; the remedy lists the nearest ones.
        DataError: The header is not valid or does not match the text, or the file is not one of text.
        ExternalError: The file cannot be read.
    """
    return load(path_of(name, paths))


def path_of(name: str, paths: Sequence[Path]) -> Path:
    """Return the one of *paths* that has a *name*; raise `UsageError` with the nearest names where there is none."""
    by_name = {path.stem: path for path in paths}
    if name in by_name:
        return by_name[name]
    remedy = did_you_mean(suggest(name, by_name), "`stancegraph queries` lists them")
    raise UsageError(f"no question is called {name!r}", remedy=remedy)
