"""Editing in the browser: an article's sheet with its text, if that is at hand, its checks, and its publication."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from stancegraph.coding.article import Article, Remark
from stancegraph.coding.blocks import parse_blocks, replace_block
from stancegraph.coding.duplicates import Compare
from stancegraph.coding.symbols import TYPE, SymbolTable
from stancegraph.errors import DataError, UsageError
from stancegraph.files import journal
from stancegraph.findings import Severity
from stancegraph.isolation.confinement import confine
from stancegraph.pipeline import building
from stancegraph.rdf import terms
from stancegraph.text import Layout, digest, passages, read_text
from stancegraph.web.backend.sidecar import Sidecar
from stancegraph.workspace.folders import Workspace, files_in

FIELDS = (
    terms.ATTRIBUTED_TO,
    terms.ATTRIBUTION_MODE,
    terms.VIA_CITATION,
    terms.HOLDER,
    terms.ATTITUDE,
    terms.POSITION,
    terms.CERTAINTY,
    terms.TARGET,
    terms.PREDICATE,
    terms.POLARITY,
    terms.MODALITY,
    terms.ATTRIBUTE,
    terms.MANNER,
    terms.ISSUE_PROPERTY,
)
"""The properties for which the form has fields."""

_METHODS = {
    "state": ("reader", 60.0),
    "names": ("reader", 60.0),
    "check": ("reader", 60.0),
    "save": ("writer", 60.0),
    "publish": ("writer", 600.0),
    "find_duplicates": ("comparer", 300.0),
}
"""The methods that `EditingService.call` can name, each with the process that runs it and its limit in seconds."""


def _no_comparison() -> None:
    """Return None, where there is nothing to compare with."""


@dataclass
class EditingSession:
    """The articles of a workspace that are being coded.

    Args:
        workspace: The workspace.
        texts: Files with the texts of articles, which are matched by digest.
        make_comparison: Makes the comparison of new things with linked data; returns None if there is none.
    """

    workspace: Workspace
    texts: Sequence[Path] = ()
    make_comparison: Callable[[], Compare | None] = _no_comparison
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _articles: dict[str, tuple[str, Article]] = field(default_factory=dict, init=False)

    def slugs(self) -> list[str]:
        """Return the names of the articles that have a sheet."""
        return [path.parent.name for path in files_in(self.workspace.root / "data" / "articles", "*/coding.txt")]

    def article(self, slug: str) -> Article:
        """Return an article that has a sheet, read anew if other data of the workspace have changed.

        Raises:
            UsageError: There is no such article, or it has no sheet.
        """
        if slug not in self.slugs():
            raise UsageError(
                f"no article {slug!r} has a coding sheet", remedy="begin one with `stancegraph article new`"
            )
        files = [path for path in files_in(self.workspace.root / "data", "**/*.ttl") if path.parent.name != slug]
        fingerprint = "|".join(f"{path}{path.stat().st_mtime_ns}" for path in sorted(files))
        cached = self._articles.get(slug)
        if cached is None or cached[0] != fingerprint:
            cached = self._articles[slug] = (fingerprint, Article(self.workspace, slug))
        return cached[1]

    def passage_texts(self, article: Article) -> dict[str, tuple[str, str]]:
        """Return the kind and the text of each passage, by its name.

        Both are empty if none of the texts has the digest of the article's text.
        """
        layout = Layout.read(article.folder / "layout.toml")
        for path in self.texts:
            text = read_text(path)
            if digest(text) == layout.sha256:
                found = passages(text, layout)
                return {passage.name: (passage.kind, text[passage.start : passage.end]) for passage in found}
        return {name: ("", "") for name in article.passages}

    def state(self, slug: str) -> dict[str, Any]:
        """Return what the page shows, as JSON: each passage with its text and blocks, and the remarks on the sheet."""
        article = self.article(slug)
        text = article.sheet.read_text(encoding="utf-8")
        remarks = article.check(text)
        texts = self.passage_texts(article)
        sheet_blocks = parse_blocks(text)
        uncovered = {
            remark.message.split(": ")[0].rpartition("/")[2] for remark in remarks if remark.rule == "uncovered-passage"
        }
        return {
            "slug": slug,
            "passages": [
                {
                    "name": name,
                    "kind": texts.get(name, ("", ""))[0],
                    "words": texts.get(name, ("", ""))[1],
                    "covered": name not in uncovered,
                    "blocks": [block.text for block in sheet_blocks if block.passage == name],
                }
                for name in article.passages
            ],
            "remarks": [_remark_json(remark) for remark in remarks if remark.rule != "uncovered-passage"],
            "uncovered": len(uncovered),
        }

    def find_duplicates(self, slug: str) -> list[dict[str, Any]]:
        """Return the remarks of linked data on the new things of a sheet; services are asked, which may take long."""
        article = self.article(slug)
        compare = self.make_comparison()
        return [] if compare is None else [_remark_json(remark) for remark in compare(article)]

    def names(self, slug: str) -> dict[str, list[str]]:
        """Return the names that each field of the form accepts, by the local name of its property.

        Those of ``kind`` are the kinds of things that articles share.
        """
        article = self.article(slug)
        names = article.symbols()
        compiled = article.compile()
        names.declare(article.publication, terms.PUBLICATION)
        for triple in compiled.triples:
            if triple.predicate == TYPE:
                names.declare(triple.subject.value, triple.object.value)  # type: ignore[union-attr]
        shared_kinds = [kind for kind in names.kinds() if names.is_entity(names.class_of(kind))]
        return {terms.local_name(iri): _accepted_names(names, iri) for iri in FIELDS} | {"kind": shared_kinds}

    def check(self, slug: str, passage: str, old: str, new: str) -> list[dict[str, Any]]:
        """Return the remarks that there would be on a block if it replaced another.

        Args:
            slug: The name of the article.
            passage: The name of the passage under which the block stands.
            old: The text of the block that is replaced; empty for a new one.
            new: The text of the block in its place.

        Returns:
            The remarks, with lines that count from 1 at the beginning of the block.
        """
        article = self.article(slug)
        text = replace_block(article.sheet.read_text(encoding="utf-8"), passage, old, new)
        first_line = next((line for line in new.strip("\n").splitlines() if line.strip()), "").rstrip()
        under_passage = [block for block in parse_blocks(text) if block.passage == passage]
        matches = [block for block in under_passage if block.text.splitlines()[0].rstrip() == first_line]
        start = matches[-1].line if matches else 0
        height = len([line for line in new.splitlines() if line.strip()])
        remarks = [remark for remark in article.check(text) if start and start <= remark.line < start + height]
        return [_remark_json(remark, start) for remark in remarks]

    def save(self, slug: str, passage: str, old: str, new: str) -> dict[str, Any]:
        """Replace a block in the sheet, completely or not at all, and return the new `state`.

        Args:
            slug: The name of the article.
            passage: The name of the passage under which the block stands.
            old: The text of the block that is replaced; empty for a new one.
            new: The text of the block in its place; empty to remove it.

        Raises:
            UsageError: There is no such passage.
            ConflictError: Somebody else has changed the block in the meantime.
        """
        with self._lock, journal.exclusive_access(self.workspace.root):
            article = self.article(slug)
            if passage not in article.passages:
                raise UsageError(f"there is no passage {passage!r}", remedy="load the page again")
            text = article.sheet.read_text(encoding="utf-8")
            changed = replace_block(text, passage, old, new).encode("utf-8")
            journal.commit(self.workspace.root, {article.sheet: changed})
        return self.state(slug)

    def publish(self, slug: str) -> dict[str, Any]:
        """Compile the sheet and build the graph.

        Returns:
            The digest of the new snapshot, as ``version``, and its number of ``quads``.

        Raises:
            DataError: The sheet or the graph violates a rule; the error is about the first such finding.
        """
        with self._lock:
            with journal.exclusive_access(self.workspace.root):
                article = self.article(slug)
                violations = [remark for remark in article.check() if remark.severity is Severity.VIOLATION]
                if violations:
                    first, more = violations[0], len(violations) - 1
                    raise DataError(
                        f"{first.message}, and {more} more" if more else first.message,
                        file=article.sheet.name,
                        line=first.line,
                        remedy=first.remedy,
                    )
                article.write()
            build = building.build(self.workspace)
        if build.snapshot is None:
            finding = build.findings[0]
            raise DataError(finding.message, subject=finding.subject, remedy=finding.remedy)
        return {"version": build.snapshot.content, "quads": build.snapshot.quads}


def _start_session(confined: bool, factory: Callable[[], EditingSession]) -> EditingSession:
    """Return a session, in a new process that is then cut off from the network if it is to be *confined*."""
    if confined:
        confine(writing=True)  # checks and shapes may call endpoints
    return factory()


@dataclass
class EditingService:
    """Editing sessions in processes of their own, which are replaced when a call takes too long.

    Reading, writing and comparing with linked data do not wait for one another.

    Args:
        workspace: The workspace.
        texts: Files with the texts of articles, as `EditingSession` takes them.
        make_comparison: Makes the comparison of new things with linked data, as `EditingSession` takes it.
    """

    workspace: Workspace
    texts: Sequence[Path] = ()
    make_comparison: Callable[[], Compare | None] = _no_comparison

    def __post_init__(self) -> None:
        factory = partial(EditingSession, self.workspace, self.texts, self.make_comparison)
        self._sidecars = {
            "reader": Sidecar("the process that reads sheets", partial(_start_session, True, factory)),
            "writer": Sidecar("the process that writes sheets", partial(_start_session, True, factory)),
            "comparer": Sidecar("the process that asks linked data", partial(_start_session, False, factory)),
        }

    def slugs(self) -> list[str]:
        """Return the names of the articles that have a sheet."""
        return EditingSession(self.workspace).slugs()

    def call(self, method: str, *arguments: str) -> Any:
        """Return what a method of `EditingSession` returns.

        Args:
            method: ``state``, ``names``, ``check``, ``save``, ``publish`` or ``find_duplicates``.
            *arguments: Its arguments.

        Raises:
            StancegraphError: What the method raises.
            TooSlowError: The method took too long.
            BusyError: Other calls took all of the time.
        """
        sidecar, seconds = _METHODS[method]
        return self._sidecars[sidecar].call(method, *arguments, seconds=seconds)

    def close(self) -> None:
        """End all processes."""
        for sidecar in self._sidecars.values():
            sidecar.close()


def _accepted_names(names: SymbolTable, prop: str) -> list[str]:
    """Return the names of the things that can be values of the property *prop*, in alphabetical order."""
    accepted_classes = names.ranges.get(prop, set())
    things = {iri for iri, classes in names.classes.items() if accepted_classes & classes}
    return sorted({names.shortest_name(iri, prop) for iri in things}, key=str.casefold)


def _remark_json(remark: Remark, first_line: int = 1) -> dict[str, Any]:
    """Return *remark* as JSON, with its line counted from *first_line*; 0 if it is about no line."""
    return {
        "line": remark.line - first_line + 1 if remark.line else 0,
        "severity": remark.severity.value,
        "rule": remark.rule,
        "message": remark.message,
        "remedy": remark.remedy,
    }
