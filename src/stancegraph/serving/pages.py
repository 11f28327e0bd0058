"""The pages for people: plain HTML from templates, that reads and works without scripts.

Whatever the graph or a request says is escaped; a Content-Security-Policy lets nothing in from elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from pyoxigraph import NamedNode

from stancegraph import stored_query
from stancegraph.engine import Rows, Term
from stancegraph.errors import CallError
from stancegraph.evidence import evidence
from stancegraph.portrait import Section, Statement, portrait
from stancegraph.prefixes import PREFIXES, shorten
from stancegraph.serving.asking import ServedEngine
from stancegraph.serving.protocol import RequestError
from stancegraph.serving.service import Served
from stancegraph.stored_query import Parameter, StoredQuery
from stancegraph.values import labels, lookup, parse_value, parse_values, rows
from stancegraph.workspace import Workspace

ROOT = PREFIXES["sg"].removesuffix("ontology#")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_SHOWN = 200  # rows of a table
_FOUND = 50  # things that a search shows
_CHOICES = 500  # suggestions for a parameter
_KINDS = {"xsd:date": "date", "xsd:integer": "number"}


class Pages:
    """The pages of what *service* serves of *workspace*, at the address *root*."""

    def __init__(self, workspace: Workspace, service: Served, root: str) -> None:
        self.workspace, self.service, self.root = workspace, service, root.rstrip("/")
        self.engine = ServedEngine(service)

    def home(self) -> str:
        """What the graph holds, and what can be asked."""
        counts = [(row["kind"].value, row["count"].value) for row in rows(self.engine, lookup("counts"))]
        return self._page("home.html", counts=counts, tagged=self._tagged())

    def questions(self) -> str:
        """All stored questions, by what they are about."""
        return self._page("questions.html", tagged=self._tagged())

    def search(self, words: str) -> str:
        """The things whose label or alias has *words* in it, those that begin so first."""
        folded = words.strip().casefold()
        hits: dict[str, tuple[bool, str]] = {}
        for thing, label, _ in labels(self.engine, None) if folded else []:
            name = label.casefold()
            if folded in name and thing.startswith(ROOT) and thing not in hits:
                hits[thing] = (not name.startswith(folded), label)
        ordered = sorted(hits.items(), key=lambda hit: (hit[1], hit[0]))[:_FOUND]
        found = [
            {"href": self._href(thing), "name": label, "kind": shorten(thing).split(":")[0]}
            for thing, (_, label) in ordered
        ]
        return self._page("search.html", words=words, found=found)

    def thing(self, path: str) -> str:
        """All that the graph knows of the thing at *path*; raises `RequestError` 404 where that is nothing."""
        try:
            node = NamedNode(ROOT + path)
        except ValueError:
            raise RequestError(400, f"{path!r} is not part of an IRI") from None
        told = portrait(self.engine, node)
        if not told.sections:
            raise RequestError(404, "the graph knows no such thing", "look for it by its name")
        return self._page(
            "thing.html",
            portrait=told,
            sections=[self._section(section) for section in told.sections],
            chains=evidence(self.engine, [node]).get(node.value, []),
            data=f"{self.root}/data/{quote(path)}",
        )

    def _section(self, section: Section) -> dict[str, Any]:
        relations = [
            (relation, [self._statement(one) for one in several])
            for relation, several in groupby(section.statements, key=lambda one: one.relation)
        ]
        return {"title": section.title, "relations": relations}

    def _statement(self, one: Statement) -> dict[str, Any]:
        kinds = ["disputed"] * bool(one.disputed) + ["inferred"] * one.inferred
        href = self._href(one.value.value) if isinstance(one.value, NamedNode) else None
        return {"name": one.name, "href": href, "marks": one.marks, "kinds": " ".join(kinds)}

    def question(self, name: str, given: Mapping[str, Sequence[str]]) -> str:
        """A stored question as a form, and its answer, where all that it needs is *given*."""
        query = _find(name, self.workspace)
        values = {key: [word for word in words if word.strip()] for key, words in given.items()}
        values = {key: words for key, words in values.items() if words}
        told: dict[str, Any] = {"problem": None, "remedy": None, "table": None, "empty": None}
        needed = [p for p in query.parameters if p.required and p.name not in values]
        if not needed:
            try:
                answer = self._ask(query, values)
                told["table"] = self._table(answer) if len(answer) else None
                told["empty"] = None if len(answer) else self._why_empty(query, values)
            except CallError as error:
                told |= {"problem": f"{error.message}.", "remedy": _sentence(error.remedy)}
        address = f"{self.root}/queries/{query.name}?{urlencode(values, doseq=True)}"
        return self._page(
            "question.html",
            question=query,
            fields=[self._field(parameter, values.get(parameter.name, [""])[0]) for parameter in query.parameters],
            here=address.rstrip("?"),
            csv=f"{address}&format=csv",
            json=f"{address}&format=json",
            **told,
        )

    def _ask(self, query: StoredQuery, values: Mapping[str, Sequence[str]]) -> Rows:
        return rows(self.engine, query.bind(parse_values(partial(parse_value, self.engine), query, values)))

    def _why_empty(self, query: StoredQuery, values: Mapping[str, Sequence[str]]) -> list[str]:
        """What there would be without each of the values that may be left out, and without all of them."""
        spare = [parameter for parameter in query.parameters if parameter.name in values and not parameter.required]
        leavings = {f"{one.label.lower()} “{values[one.name][0]}”": {one.name} for one in spare}
        if len(spare) > 1:
            leavings["any of these"] = {one.name for one in spare}
        lines = []
        for words, left in leavings.items():
            number = len(self._ask(query, {name: given for name, given in values.items() if name not in left}))
            lines.append(f"Without {words} there {'is 1 row' if number == 1 else f'are {number} rows'}.")
        return lines

    def _field(self, parameter: Parameter, value: str) -> dict[str, Any]:
        choices: list[str] = []
        if parameter.type == "iri":
            found = {label for _, label, preferred in labels(self.engine, parameter.klass) if preferred}
            choices = sorted(found)[:_CHOICES]
        return {
            "name": parameter.name,
            "label": parameter.label,
            "required": parameter.required,
            "kind": _KINDS.get(parameter.type, "text"),
            "value": value,
            "choices": choices,
        }

    def _table(self, answer: Rows) -> dict[str, Any]:
        shown = answer.rows[:_SHOWN]
        claims = [name.startswith("claim") for name in answer.variables]
        cells = [[self._cell(term, claim) for term, claim in zip(row, claims, strict=True)] for row in shown]
        columns = [_heading(name) for name in answer.variables]
        return {"columns": columns, "rows": cells, "total": len(answer), "shown": len(shown)}

    def _cell(self, term: Term | None, claim: bool) -> dict[str, str | None]:
        if isinstance(term, NamedNode):
            return {"text": "on whose word" if claim else shorten(term.value), "href": self._href(term.value)}
        return {"text": "" if term is None else term.value, "href": None}

    def _href(self, iri: str) -> str | None:
        """Where a browser finds the thing with that *iri*: here, or elsewhere if it is a web address."""
        if iri.startswith(ROOT + "id/"):
            return f"{self.root}/page/{quote(iri.removeprefix(ROOT))}"
        return iri if iri.startswith(("http://", "https://")) and not iri.startswith(ROOT) else None

    def problem(self, status: int, title: str, remedy: str | None) -> str:
        """What went wrong."""
        return self._page("problem.html", status=status, title=title, remedy=_sentence(remedy))

    def _tagged(self) -> list[tuple[str, list[StoredQuery]]]:
        known = stored_query.load_all(self.workspace.query_files("ask")).values()
        ordered = sorted(known, key=lambda query: (query.tags[:1], query.title))
        return [(tag[0] if tag else "other", list(found)) for tag, found in groupby(ordered, lambda q: q.tags[:1])]

    def _page(self, template: str, **told: Any) -> str:
        shared = {"root": self.root, "version": self.service.version, "words": ""}
        return _ENVIRONMENT.get_template(template).render(shared | told)


def _find(name: str, workspace: Workspace) -> StoredQuery:
    try:
        return stored_query.find(name, workspace.query_files("ask"))
    except CallError as error:
        raise RequestError(404, error.message, error.remedy) from None


def _sentence(words: str | None) -> str:
    """*words* with a capital at their beginning."""
    return words[:1].upper() + words[1:] if words else ""


def _heading(name: str) -> str:
    """A variable's name in words: ``holderName`` is “holder”."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return words.removesuffix(" name") if words.endswith(" name") else words


_ENVIRONMENT = Environment(
    loader=PackageLoader("stancegraph.serving"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def part(name: str) -> str:
    """What pages need besides: the style sheet ``style.css``, the picture ``icon.svg``."""
    source = _ENVIRONMENT.loader
    assert source is not None
    return source.get_source(_ENVIRONMENT, name)[0]
