"""The description of the service in `OpenAPI 3.1 <https://spec.openapis.org/oas/v3.1.1.html>`_.

It is generated from the headers of the stored questions, and so agrees with them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stancegraph import __version__
from stancegraph.questions.stored_query import Parameter, StoredQuery
from stancegraph.web.negotiation import GRAPH_FORMATS, ROW_FORMATS
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
_PAGING_PARAMETERS = [
    {
        "name": name,
        "in": "query",
        "description": text,
        "schema": {"type": "integer", "minimum": 0, "maximum": 999_999_999},
    }
    for name, text in (("limit", "Return at most this many rows."), ("offset", "Skip this many rows first."))
]
_ANSWER_PARAMETERS = [
    {
        "name": "format",
        "in": "query",
        "description": "The format of the answer, in place of the Accept header.",
        "schema": {"type": "string", "enum": list(FORMATS)},
    },
    {
        "name": "lang",
        "in": "query",
        "description": "The language in which labels are preferred to English, or several, the first one most.",
        "schema": {"type": "array", "items": {"type": "string"}},
        "explode": True,
    },
    {
        "name": "version",
        "in": "query",
        "description": "The data version that must answer, as in a permanent link.",
        "schema": {"type": "string"},
    },
]
_FAILURES = {
    "400": "The request is wrong; the body says why.",
    "406": "The answer is not available in an accepted format.",
    "410": "The data version that was asked for is not the one being served.",
    "503": "Too many requests are waiting, or this one took too much memory.",
    "504": "The request took too long and was stopped.",
}
"""What goes wrong, by HTTP status."""


def build_document(questions: Iterable[StoredQuery], base_url: str) -> dict[str, Any]:
    """Return the OpenAPI document of the service.

    Args:
        questions: The stored questions that the service answers.
        base_url: The address of the service.
    """
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
        "servers": [{"url": base_url.rstrip("/")}],
        "paths": paths,
        "components": {"schemas": {"Problem": _PROBLEM}},
    }


def _question(question: StoredQuery) -> dict[str, Any]:
    return {
        "operationId": question.name,
        "summary": question.title,
        "description": question.description.strip(),
        "tags": list(question.tags),
        "parameters": [*map(_parameter, question.parameters), *_PAGING_PARAMETERS, *_ANSWER_PARAMETERS],
        "responses": _responses(list(dict.fromkeys([*ROW_FORMATS, *FORMATS.values()]))),
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    accepted = f"A label, prefixed name or IRI of class {parameter.klass}." if parameter.klass else parameter.type
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": " ".join(part for part in (f"{parameter.label}.", accepted, parameter.description) if part),
        "schema": {"type": "array", "items": _TYPES[parameter.type]},
        "explode": True,
    }


def _sparql() -> dict[str, Any]:
    query = {"name": "query", "in": "query", "required": True, "schema": {"type": "string"}}
    dataset = [
        {"name": name, "in": "query", "schema": {"type": "array", "items": {"type": "string"}}, "explode": True}
        for name in ("default-graph-uri", "named-graph-uri")
    ]
    return {
        "operationId": "sparql",
        "summary": "Answer a SPARQL 1.1 query.",
        "parameters": [query, *dataset],
        "responses": _responses([*ROW_FORMATS, *GRAPH_FORMATS]),
    }


def _responses(media_types: list[str]) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    failures = {status: {"description": text, "content": problem} for status, text in _FAILURES.items()}
    return {
        "200": {"description": "The answer.", "content": {media_type: {} for media_type in media_types}},
        **failures,
    }
