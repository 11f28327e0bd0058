"""What an editor's page works on: an article's sheet, its text if it is at hand, checks, and the way to publication."""

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
    terms.ISSUE_PROPERTY,
)
"""The properties that the form has fields for."""

_METHODS = {
    "state": ("reads", 60.0),
    "names": ("reads", 60.0),
    "check": ("reads", 60.0),
    "save": ("writes", 60.0),
    "publish": ("writes", 600.0),
    "elsewhere": ("compares", 300.0),
}
"""What may be asked of a desk: which one does it, and how many seconds it may take."""


def _nothing() -> None:
    """What there is to compare with, where nothing is named."""


@dataclass
class EditingSession:
    """The articles of *workspace* that are being coded.

    *texts* are files with texts of articles; *compare* makes what tells what linked data knows of new things.
    """

    workspace: Workspace
    texts: Sequence[Path] = ()
    compare: Callable[[], Compare | None] = _nothing
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _opened: dict[str, tuple[str, Article]] = field(default_factory=dict, init=False)

    def slugs(self) -> list[str]:
        """The articles that have a sheet."""
        return [path.parent.name for path in files_in(self.workspace.root / "data" / "articles", "*/coding.txt")]

    def article(self, slug: str) -> Article:
        """An article that has a sheet, read anew where others changed; raises `UsageError` where there is none."""
        if slug not in self.slugs():
            raise UsageError(
                f"no article {slug!r} has a coding sheet", remedy="begin one with `stancegraph article new`"
            )
        files = [path for path in files_in(self.workspace.root / "data", "**/*.ttl") if path.parent.name != slug]
        state = "|".join(f"{path}{path.stat().st_mtime_ns}" for path in sorted(files))
        known = self._opened.get(slug)
        if known is None or known[0] != state:
            known = self._opened[slug] = (state, Article(self.workspace, slug))
        return known[1]

    def words(self, article: Article) -> dict[str, tuple[str, str]]:
        """The kind and the words of each passage; no words where no text that is at hand has the right digest."""
        layout = Layout.read(article.folder / "layout.toml")
        for path in self.texts:
            text = read_text(path)
            if digest(text) == layout.sha256:
                return {one.name: (one.kind, text[one.start : one.end]) for one in passages(text, layout)}
        return {name: ("", "") for name in article.passages}

    def state(self, slug: str) -> dict[str, Any]:
        """All that the page shows: each passage with its words, its blocks and what is wrong with them."""
        article = self.article(slug)
        text = article.sheet.read_text(encoding="utf-8")
        remarks = article.check(text)
        told = self.words(article)
        found = parse_blocks(text)
        bare = {
            remark.message.split(": ")[0].rpartition("/")[2] for remark in remarks if remark.rule == "uncovered-passage"
        }
        return {
            "slug": slug,
            "passages": [
                {
                    "name": name,
                    "kind": told.get(name, ("", ""))[0],
                    "words": told.get(name, ("", ""))[1],
                    "covered": name not in bare,
                    "blocks": [one.text for one in found if one.passage == name],
                }
                for name in article.passages
            ],
            "remarks": [_told(one) for one in remarks if one.rule != "uncovered-passage"],
            "uncovered": len(bare),
        }

    def elsewhere(self, slug: str) -> list[dict[str, Any]]:
        """What linked data knows of the new things of a sheet, where it is asked: that takes as long as it takes."""
        article = self.article(slug)
        compare = self.compare()
        return [] if compare is None else [_told(one) for one in compare(article)]

    def names(self, slug: str) -> dict[str, list[str]]:
        """For each field of the form, the words that are understood there; *kind*: of things that articles share."""
        article = self.article(slug)
        names = article.symbols()
        compiled = article.compile()
        names.declare(article.publication, terms.PUBLICATION)
        for triple in compiled.triples:
            if triple.predicate == TYPE:
                names.declare(triple.subject.value, triple.object.value)  # type: ignore[union-attr]
        things = [kind for kind in names.kinds() if names.is_entity(names.class_of(kind))]
        return {terms.local_name(one): _fitting(names, one) for one in FIELDS} | {"kind": things}

    def check(self, slug: str, passage: str, old: str, new: str) -> list[dict[str, Any]]:
        """What would be wrong if *old* were replaced by *new*: with the block itself, by its lines from 1."""
        article = self.article(slug)
        text = replace_block(article.sheet.read_text(encoding="utf-8"), passage, old, new)
        first = next((line for line in new.strip("\n").splitlines() if line.strip()), "").rstrip()
        own = [
            one for one in parse_blocks(text) if one.passage == passage and one.text.splitlines()[0].rstrip() == first
        ]
        start = own[-1].line if own else 0
        height = len([line for line in new.splitlines() if line.strip()])
        found = [one for one in article.check(text) if start and start <= one.line < start + height]
        return [_told(one, start) for one in found]

    def save(self, slug: str, passage: str, old: str, new: str) -> dict[str, Any]:
        """Replace *old* by *new* in the sheet, whole or not at all.

        Raises `ConflictError` where somebody was there first.
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
        """Compile the sheet and build the graph; raises `DataError` with the first thing that keeps it from that."""
        with self._lock:
            with journal.exclusive_access(self.workspace.root):
                article = self.article(slug)
                wrong = [one for one in article.check() if one.severity is Severity.VIOLATION]
                if wrong:
                    more = f", and {len(wrong) - 1} more" if wrong[1:] else ""
                    raise DataError(
                        f"{wrong[0].message}{more}", file=article.sheet.name, line=wrong[0].line, remedy=wrong[0].remedy
                    )
                article.write()
            built = building.build(self.workspace)
        if built.snapshot is None:
            first = built.findings[0]
            raise DataError(first.message, subject=first.subject, remedy=first.remedy)
        return {"version": built.snapshot.content, "quads": built.snapshot.quads}


def _cut_off(make: Callable[[], EditingSession]) -> EditingSession:
    """The desk that is made, in a process that does not reach the network: checks and shapes may call others."""
    confine(writing=True)
    return make()


@dataclass
class EditingService:
    """Desks in processes of their own, which are replaced where something takes too long.

    What is read, what is written and what asks elsewhere do not wait for each other. Each of them raises what the desk
    raises, `TooSlowError`, and `BusyError` where others are before it for all of its time.
    """

    workspace: Workspace
    texts: Sequence[Path] = ()
    compare: Callable[[], Compare | None] = _nothing

    def __post_init__(self) -> None:
        make = partial(EditingSession, self.workspace, self.texts, self.compare)
        self._desks = {
            "reads": Sidecar("the desk that reads", partial(_cut_off, make)),
            "writes": Sidecar("the desk that writes", partial(_cut_off, make)),
            "compares": Sidecar("the desk that compares", make),
        }

    def slugs(self) -> list[str]:
        """The articles that have a sheet."""
        return EditingSession(self.workspace).slugs()

    def call(self, method: str, *arguments: str) -> Any:
        """What *method* of a desk gives for *arguments*."""
        desk, seconds = _METHODS[method]
        return self._desks[desk].call(method, *arguments, seconds=seconds)

    def close(self) -> None:
        """End all processes."""
        for one in self._desks.values():
            one.close()


def _fitting(names: SymbolTable, prop: str) -> list[str]:
    takes = names.ranges.get(prop, set())
    things = {iri for iri, classes in names.classes.items() if takes & classes}
    return sorted({names.shortest_name(iri, prop) for iri in things}, key=str.casefold)


def _told(one: Remark, start: int = 1) -> dict[str, Any]:
    return {
        "line": one.line - start + 1 if one.line else 0,
        "severity": one.severity.value,
        "rule": one.rule,
        "message": one.message,
        "remedy": one.remedy,
    }
