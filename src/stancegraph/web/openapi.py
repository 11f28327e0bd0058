"""The description of the service for programs, by `OpenAPI 3.1 <https://spec.openapis.org/oas/v3.1.1.html>`_.

It is made from the headers of the stored questions, so that it says what they say.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stancegraph import __version__
from stancegraph.questions.stored_query import Parameter, StoredQuery
from stancegraph.web.negotiation import GRAPHS, ROWS
from stancegraph.web.questions import FORMATS

_TYPES: dict[str, dict[str, Any]] = {
    "iri": {"type": "string"},
    "xsd:string": {"type": "string"},
    "xsd:date": {"type": "string", "format": "date"},
    "xsd:integer": {"type": "integer"},
    "xsd:decimal": {"type": "number"},
    "xsd:boolean": {"type": "boolean"},
}
_PROBLEM = {
    "type": "object",
    "required": ["status", "title"],
    "properties": {"status": {"type": "integer"}, "title": {"type": "string"}, "remedy": {"type": "string"}},
}
_PAGE = [
    {
        "name": name,
        "in": "query",
        "description": text,
        "schema": {"type": "integer", "minimum": 0, "maximum": 999_999_999},
    }
    for name, text in (("limit", "At most so many rows."), ("offset", "Leave out so many rows at the beginning."))
]
_FORM = [
    {
        "name": "format",
        "in": "query",
        "description": "The form of the answer, where the Accept header does not say it.",
        "schema": {"type": "string", "enum": list(FORMATS)},
    },
    {
        "name": "version",
        "in": "query",
        "description": "The data version that is to answer, as a permanent link has it.",
        "schema": {"type": "string"},
    },
]
_FAILURES = {
    "400": "The request is wrong; the body says in what.",
    "406": "No form of answer is accepted.",
    "410": "The data version that was asked for is not the one that answers.",
    "503": "Too many queries wait, or this one took too much memory.",
    "504": "The query took too long, and was stopped.",
}


def description(questions: Iterable[StoredQuery], base: str) -> dict[str, Any]:
    """The OpenAPI document of the service at *base*."""
    paths: dict[str, Any] = {"/sparql": {"get": _sparql()}}
    for question in questions:
        paths[f"/queries/{question.name}"] = {"get": _question(question)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "stancegraph",
            "version": __version__,
            "description": "Who holds which stance, on whose word.",
        },
        "servers": [{"url": base.rstrip("/")}],
        "paths": paths,
        "components": {"schemas": {"Problem": _PROBLEM}},
    }


def _question(question: StoredQuery) -> dict[str, Any]:
    return {
        "operationId": question.name,
        "summary": question.title,
        "description": question.description.strip(),
        "tags": list(question.tags),
        "parameters": [*map(_parameter, question.parameters), *_PAGE, *_FORM],
        "responses": _responses(list(dict.fromkeys([*ROWS, *FORMATS.values()]))),
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    kind = f"A label, prefixed name or IRI of class {parameter.klass}." if parameter.klass else parameter.type
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": " ".join(part for part in (f"{parameter.label}.", kind, parameter.description) if part),
        "schema": {"type": "array", "items": _TYPES[parameter.type]},
        "explode": True,
    }


def _sparql() -> dict[str, Any]:
    query = {"name": "query", "in": "query", "required": True, "schema": {"type": "string"}}
    graphs = [
        {"name": name, "in": "query", "schema": {"type": "array", "items": {"type": "string"}}, "explode": True}
        for name in ("default-graph-uri", "named-graph-uri")
    ]
    return {
        "operationId": "sparql",
        "summary": "Answer a SPARQL 1.1 query.",
        "parameters": [query, *graphs],
        "responses": _responses([*ROWS, *GRAPHS]),
    }


def _responses(media: list[str]) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    failures = {status: {"description": text, "content": problem} for status, text in _FAILURES.items()}
    return {"200": {"description": "The answer.", "content": {name: {} for name in media}}, **failures}
