"""What answering a request needs: the workspace with its stored questions, the engine, and the addresses of things."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from stancegraph.errors import UsageError
from stancegraph.output.pictures.drawing import Draw, converted
from stancegraph.questions import stored_query
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.sparql.engine import Engine
from stancegraph.web.failures import RequestError
from stancegraph.workspace.folders import Workspace

ROOT = PREFIXES["sg"].removesuffix("ontology#")


class RequestContext:
    """What a request is answered from: what *engine* knows of *workspace*, in the *version* with that digest, at the
    address *root*. *draw* draws pictures; of an answer, *most* rows are looked at.
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
        except UsageError as error:
            raise RequestError(404, error.message, error.remedy) from None

    def href(self, iri: str) -> str | None:
        """Where a browser finds the thing with that *iri*: here, or elsewhere if it is a web address."""
        if iri.startswith(ROOT + "id/"):
            return f"{self.root}/page/{quote(iri.removeprefix(ROOT))}"
        return iri if iri.startswith(("http://", "https://")) and not iri.startswith(ROOT) else None


@lru_cache(maxsize=4)
def _loaded(files: tuple[tuple[Path, int], ...]) -> Mapping[str, StoredQuery]:
    return stored_query.load_all([path for path, _ in files])
