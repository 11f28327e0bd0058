"""The reference of the HTTP interface: the addresses of the application, and what its OpenAPI document says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from starlette.routing import Route

from documentation.markdown import code, plain, table
from documentation.vocabulary import workspace
from stancegraph.questions.stored_query import load_all
from stancegraph.web import openapi as description
from stancegraph.web.metrics import Metrics
from stancegraph.web.routes import api, documentation, editing, ontology, pages, reconciliation
from stancegraph.web.site import Site

PURPOSES = {
    "/": "The first page: what the graph holds, in figures and pictures.",
    "/search": "What a search by `words` finds: a page, or suggestions as JSON.",
    "/page/{path}": "The page of the thing whose IRI ends with the path.",
    "/workbench": "An editor for any SPARQL query; `question` puts a stored question into it.",
    "/workbench/terms.json": "The terms, prefixes and questions that the editor completes.",
    "/picture": "The answer to any query, as a picture; called as `/sparql` is.",
    "/licences": "The licences of the parts that others made.",
    "/static/{name}": "Scripts, styles and pictures of the pages.",
    "/assets/{name}": "Files of others for browsers, such as the editor.",
    "/docs": "This documentation.",
    "/docs/{path}": "A page or file of this documentation.",
    "/sparql": "The SPARQL 1.1 endpoint, read only; without a query, its service description.",
    "/graphs": "A named graph, by the SPARQL 1.1 Graph Store Protocol: `graph=IRI`, or `default`. Read only.",
    "/openapi.json": "The description of the endpoint and the questions in OpenAPI 3.1.",
    "/.well-known/void": "The description of the data set, in VoID and DCAT.",
    "/ontology": "The ontology: its page, with an anchor for each term, or all of it in a format of RDF.",
    "/ontology/context.jsonld": "The context for JSON-LD: a key for each class and property.",
    "/ontology/labels/{language}": "The labels in a language, as a page or in RDF.",
    "/ontology/{name}": "A module (`core`, `alignments`, `vocabularies`) or a release (`0.1.0`), likewise.",
    "/ontology/{version}/{name}": "A module as it was released, likewise.",
    "/shapes": "All shapes, likewise.",
    "/shape/{name}": "What is said of a shape: its place on the page of all, or RDF.",
    "/links/{name}": "A set of mappings: 303 to the graph with its links.",
    "/id/{path}": "A thing of the graph: 303 to its page, or to its data.",
    "/graph/{path}": "A named graph: 303 to its content at `/graphs`.",
    "/data/{path}": "What the graph says of a thing, in RDF.",
    "/queries": "The stored questions: a page, or a list as JSON.",
    "/queries/{name}": "A stored question and its answer.",
    "/healthz": "Whether the graph answers: 200, or 503 with the reason.",
    "/metrics": "Counters for Prometheus.",
    "/reconcile": "The manifest of the Reconciliation API 0.2, and its answers to `queries` and `extend`.",
    "/reconcile/suggest/{kind}": "Entities, types or properties that begin with `prefix`.",
    "/reconcile/flyout/{kind}": "A short text about an entity, type or property.",
    "/reconcile/preview": "A small page about the entity `id`.",
    "/reconcile/extend/propose": "The properties by which a table of a `type` can be extended.",
    "/edit": "The articles that can be coded; POST enters with a token. With `--edit` only, as all below.",
    "/edit/{slug}": "The page on which an article is coded.",
    "/edit/{slug}/state.json": "The text, the passages and the blocks of the sheet.",
    "/edit/{slug}/names.json": "The names that the form completes.",
    "/edit/{slug}/duplicates.json": "What a target of links knows of a new thing.",
    "/edit/{slug}/check": "Checks a change without making it.",
    "/edit/{slug}/save": "Makes a change to a block of the sheet; 409 where somebody else changed it.",
    "/edit/{slug}/publish": "Compiles the sheet and builds.",
}
"""What each address is for, by its pattern."""


def routes() -> list[Route]:
    """The addresses of the application, those for editing included."""
    site = Site(workspace(), cast(Any, None))
    metrics = cast(Metrics, None)  # an address says nothing before it is asked
    groups: list[list[Route]] = [
        pages.routes(site),
        documentation.routes(site),
        api.routes(site, metrics),
        ontology.routes(site),
        reconciliation.routes(site),
        editing.routes(site, cast(Any, None), None),
    ]
    return [route for group in groups for route in group]


def addresses() -> str:
    """Every address, with its methods and what it is for.

    Raises:
        KeyError: An address has no purpose in `PURPOSES`.
    """
    methods: dict[str, list[str]] = {}
    for route in routes():
        path = route.path.replace(":path}", "}")
        methods.setdefault(path, []).extend(sorted((route.methods or set()) - {"HEAD"}))
    rows = [(code(path), _methods(path, given), PURPOSES[path]) for path, given in methods.items()]
    return table(["address", "methods", "what is there"], rows)


def _methods(path: str, given: Iterable[str]) -> str:
    read_only = ["GET", "POST"] if path == "/sparql" else ["GET"] if path == "/graphs" else list(given)
    return ", ".join(dict.fromkeys(read_only))


def openapi(part: str) -> str:
    """A part of the OpenAPI document: ``endpoint``, ``questions`` or ``statuses``."""
    questions = load_all(workspace().query_files("ask"))
    document = description.build_document(questions.values(), "https://example.org")
    endpoint = document["paths"]["/sparql"]["get"]
    asked = next(operation["get"] for path, operation in document["paths"].items() if path != "/sparql")
    if part == "endpoint":
        return "\n\n".join([_parameters(endpoint["parameters"]), f"Formats: {_media(endpoint)}."])
    if part == "questions":
        own = {parameter.name for question in questions.values() for parameter in question.parameters}
        shared = [parameter for parameter in asked["parameters"] if parameter["name"] not in own]
        return "\n\n".join([_parameters(shared), f"Formats: {_media(asked)}."])
    if part == "statuses":
        answers = [(code(status), answer["description"]) for status, answer in sorted(asked["responses"].items())]
        return table(["status", "meaning"], answers)
    raise KeyError(part)


def _parameters(parameters: Iterable[dict[str, Any]]) -> str:
    rows = []
    for parameter in parameters:
        schema = parameter["schema"]
        kind = f"list of {schema['items']['type']}" if schema["type"] == "array" else schema["type"]
        choices = ", ".join(map(code, schema.get("enum", ())))
        meaning = " ".join(filter(None, (plain(parameter.get("description", "")), choices)))
        rows.append((code(parameter["name"]), kind, "yes" if parameter.get("required") else "", meaning))
    return table(["parameter", "type", "required", "meaning"], rows)


def _media(operation: dict[str, Any]) -> str:
    return ", ".join(map(code, operation["responses"]["200"]["content"]))
