"""What every page stands in: templates, addresses, the stored questions, and the headers that keep it from harm."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from stancegraph.assets import asset
from stancegraph.errors import CallError
from stancegraph.output.pictures.drawing import Draw, converted
from stancegraph.questions import stored_query
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.sparql.engine import Engine
from stancegraph.web.failures import RequestError
from stancegraph.workspace.folders import Workspace

ROOT = PREFIXES["sg"].removesuffix("ontology#")
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def headers(**further: str) -> dict[str, str]:
    """The headers of a page; *further* adds sources to a directive of its policy, written with _ for -."""
    policy = dict(_POLICY)
    for name, sources in further.items():
        policy[name.replace("_", "-")] += f" {sources}"
    return {
        "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Vary": "Accept",
    }


class Frame:
    """What pages are made from: what *engine* knows of *workspace*, in the *version* with that digest, at the address
    *root*. *draw* draws pictures; of an answer, a page looks at *most* rows.
    """

    def __init__(
        self,
        workspace: Workspace,
        engine: Engine,
        root: str,
        version: str | None = None,
        draw: Draw = converted,
        most: int = 10_000,
    ) -> None:
        self.workspace, self.engine, self.root = workspace, engine, root.rstrip("/")
        self.version, self.draw, self.most = version, draw, most

    @property
    def questions(self) -> Mapping[str, StoredQuery]:
        """All stored questions, by name, as their files have them now."""
        paths = self.workspace.query_files("ask")
        return _loaded(tuple((path, path.stat().st_mtime_ns) for path in paths))

    def question(self, name: str) -> StoredQuery:
        """The stored question *name*; raises `RequestError` 404 where there is none."""
        if name in self.questions:
            return self.questions[name]
        try:
            return stored_query.find(name, self.workspace.query_files("ask"))
        except CallError as error:
            raise RequestError(404, error.message, error.remedy) from None

    def href(self, iri: str) -> str | None:
        """Where a browser finds the thing with that *iri*: here, or elsewhere if it is a web address."""
        if iri.startswith(ROOT + "id/"):
            return f"{self.root}/page/{quote(iri.removeprefix(ROOT))}"
        return iri if iri.startswith(("http://", "https://")) and not iri.startswith(ROOT) else None

    def render(self, template: str, **told: Any) -> str:
        """The page that *template* makes of what is *told*."""
        shared = {
            "root": self.root,
            "version": self.version,
            "words": "",
            "enriched": asset("accessible-autocomplete/accessible-autocomplete.min.js") is not None,
        }
        return rendered(template, **{**shared, **told})


def problem_page(root: str, version: str | None, status: int, title: str, remedy: str | None) -> str:
    """What went wrong, as a page, for which nothing is asked."""
    shared = {"root": root, "version": version, "words": "", "enriched": False}
    return rendered("problem.html", **shared, status=status, title=title, remedy=sentence(remedy))


@lru_cache(maxsize=4)
def _loaded(files: tuple[tuple[Path, int], ...]) -> Mapping[str, StoredQuery]:
    return stored_query.load_all([path for path, _ in files])


def sentence(words: str | None) -> str:
    """*words* with a capital at their beginning."""
    return words[:1].upper() + words[1:] if words else ""


def rendered(template: str, **told: Any) -> str:
    """What *template* makes of what is *told*."""
    return _ENVIRONMENT.get_template(template).render(told)


_ENVIRONMENT = Environment(
    loader=PackageLoader("stancegraph.web.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def part(name: str) -> str | None:
    """What pages need besides: a style sheet, a picture or a script of ours, or None where there is none so called."""
    folder = Path(__file__).parent / "static"
    known = {path.name: path for path in folder.iterdir()}  # a name is looked up, and makes no path
    return known[name].read_text(encoding="utf-8") if name in known else None
