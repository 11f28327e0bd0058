"""Two entities that are one, and one that is two: every reference follows, in Turtle, in links and in coding sheets.

All is worked out, and proved on the parsed files, before the first file is written. The IRI that goes is kept with the
entity that stays (``sg:formerIri``), so that whoever knows it still finds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from stancegraph.coding.article import SHEET, Article
from stancegraph.errors import CallError, DataError
from stancegraph.linking import mappings
from stancegraph.prefixes import PREFIXES, shorten
from stancegraph.reading import read_words
from stancegraph.workspace import Workspace
from stancegraph.writing import write_all

_TYPE, _LABEL = PREFIXES["rdf"] + "type", PREFIXES["rdfs"] + "label"
_ALIAS, _FORMER = PREFIXES["skos"] + "altLabel", PREFIXES["sg"] + "formerIri"
_ANY_URI = NamedNode(PREFIXES["xsd"] + "anyURI")
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*'
    r"|(?P<iri><[^<>\s]*>)|(?P<name>[A-Za-z][\w-]*:[\w.-]*\w|:[\w.-]*\w)|(?P<stop>\.(?=\s|$))",
    re.DOTALL,
)
_PREFIX = re.compile(r"^@prefix\s+([\w-]*):\s*<([^>]*)>\s*\.", re.MULTILINE)


@dataclass
class Plan:
    """What is to be written: the new bytes of each file that changes, and what a person should look at."""

    contents: dict[Path, bytes] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def carry_out(self) -> None:
        """Write every file; none changes before all of the new ones are there."""
        write_all(self.contents)


def merge(workspace: Workspace, old: str, new: str) -> Plan:
    """The plan to make the entity *old* one with *new*, both IRIs: its names become aliases, its references follow.

    Raises `CallError` where one is not described, or the two are of different kinds; `DataError` where a file would not
    say what it should.
    """
    if old == new:
        raise CallError("they are one already", subject=shorten(old))
    plan, described = Plan(), _described(workspace, {old, new})
    for iri in (old, new):
        if iri not in described:
            raise CallError("nothing describes it", subject=shorten(iri), remedy="name an entity by label or IRI")
    kinds = [{quad.object for quad in described[iri][1] if quad.predicate.value == _TYPE} for iri in (old, new)]
    if kinds[0] != kinds[1]:
        told = " and ".join(", ".join(sorted(shorten(str(kind).strip("<>")) for kind in one)) for one in kinds)
        raise CallError(
            f"they are of different kinds: {told}", subject=shorten(old), remedy="correct one of them first"
        )
    carried = _carried(described[old][1], described[new][1], old, new, plan)
    for path in _turtle(workspace):
        text = read_words(path)
        after = _without(text, old) if path == described[old][0] else text
        after = _renamed(after, old, new)
        if path == described[new][0]:
            after = f"{after.rstrip()}\n{_statement(after, new, carried)}"
        _take(plan, path, text, after, {old: new}, {old}, carried if path == described[new][0] else [])
    _links(workspace, plan, old, new)
    _sheets(workspace, plan, old, new, None)
    return plan


def split(workspace: Workspace, iri: str, new: str, label: str, subjects: Iterable[str]) -> Plan:
    """The plan to take a new entity *new*, called *label*, out of *iri*.

    What *subjects* say of it is said of the new one. Raises `CallError` where *iri* is not described, *new* is, or none
    of *subjects* speaks of it; `DataError` as `merge`.
    """
    chosen, plan = set(subjects), Plan()
    described = _described(workspace, {iri, new})
    if iri not in described:
        raise CallError("nothing describes it", subject=shorten(iri), remedy="name an entity by label or IRI")
    if new in described:
        raise CallError("it is there already", subject=shorten(new), remedy="choose another name")
    fresh = [Triple(NamedNode(new), quad.predicate, quad.object) for quad in described[iri][1] if _goes_along(quad)]
    fresh.insert(1, Triple(NamedNode(new), NamedNode(_LABEL), Literal(label, language="en")))
    moved = 0
    for path in _turtle(workspace):
        text = read_words(path)
        after = text
        for subject in sorted(chosen):
            after, number = _renamed_within(after, subject, iri, new)
            moved += number
        if path == described[iri][0]:
            after = f"{after.rstrip()}\n{_statement(after, new, fresh)}"
        if after != text:
            plan.contents[path] = after.encode("utf-8")
            _parse(path, after)
    if not moved:
        raise CallError("none of them speaks of it", subject=shorten(iri), remedy="name claims that do, with --claim")
    _sheets(workspace, plan, iri, new, chosen)
    return plan


def _goes_along(quad: Quad) -> bool:
    """Whether a new entity has what the one that it is taken from has: its kind, and to whom it belongs."""
    return quad.predicate.value in {_TYPE, PREFIXES["sg"] + "affiliatedWith"}


def _turtle(workspace: Workspace) -> list[Path]:
    return sorted((workspace.root / "data").rglob("*.ttl"))


def _described(workspace: Workspace, iris: set[str]) -> dict[str, tuple[Path, list[Quad]]]:
    """The file that describes each of *iris* first, and what it says of it."""
    found: dict[str, tuple[Path, list[Quad]]] = {}
    for path in _turtle(workspace):
        for quad in _parse(path, read_words(path)):
            subject = getattr(quad.subject, "value", "")
            if subject in iris and subject not in found and quad.predicate.value == _TYPE:
                own = [one for one in _parse(path, read_words(path)) if getattr(one.subject, "value", "") == subject]
                found[subject] = (path, own)
    return found


def _parse(path: Path, text: str) -> list[Quad]:
    try:
        return list(parse(text, format=RdfFormat.TURTLE))
    except SyntaxError as error:
        raise DataError(f"malformed Turtle: {error}", file=path, remedy="correct it first") from None


def _carried(gone: list[Quad], stays: list[Quad], old: str, new: str, plan: Plan) -> list[Triple]:
    """What the entity that stays takes over: names as aliases, and what was said of the other and not of it."""
    has = {(quad.predicate, quad.object) for quad in stays}
    names = {quad.object.value for quad in stays if quad.predicate.value in {_LABEL, _ALIAS}}  # type: ignore[union-attr]
    told = {quad.predicate for quad in stays}
    found = [Triple(NamedNode(new), NamedNode(_FORMER), Literal(old, datatype=_ANY_URI))]
    for quad in gone:
        if quad.predicate.value in {_LABEL, _ALIAS}:
            if quad.object.value not in names:  # type: ignore[union-attr]
                found.append(Triple(NamedNode(new), NamedNode(_ALIAS), quad.object))
        elif quad.predicate.value == _FORMER or (quad.predicate not in told and quad.predicate.value != _TYPE):
            found.append(Triple(NamedNode(new), quad.predicate, quad.object))
        elif quad.predicate.value != _TYPE and (quad.predicate, quad.object) not in has:
            plan.remarks.append(f"left out of {shorten(old)}: {shorten(quad.predicate.value)} {quad.object}")
    return found


def _statement(text: str, subject: str, triples: list[Triple]) -> str:
    """Triples of one subject, as *text*, the file that they go to, has its names."""
    told = [
        f"{'a' if one.predicate.value == _TYPE else _word(text, one.predicate.value)} "
        f"{_word(text, one.object.value) if isinstance(one.object, NamedNode) else one.object}"
        for one in triples
    ]
    return f"\n{_word(text, subject)} " + " ;\n    ".join(told) + " .\n"


def _bases(text: str) -> dict[str, str]:
    return dict(_PREFIX.findall(text))


def _tokens(text: str) -> Iterator[tuple[re.Match[str], str | None]]:
    """The tokens of Turtle that matter, each with the IRI that it stands for."""
    bases = _bases(text)
    for match in _TOKEN.finditer(text):
        if match["iri"]:
            yield match, match["iri"][1:-1]
        elif match["name"]:
            prefix, _, local = match["name"].partition(":")
            yield match, bases[prefix] + local if prefix in bases else None
        elif match["stop"]:
            yield match, None


def _renamed(text: str, old: str, new: str) -> str:
    """*text* with *new* in place of *old*, by the file's prefixes where one fits."""
    word = _word(text, new)
    parts, position = [], 0
    for match, iri in _tokens(text):
        if iri == old:
            parts += [text[position : match.start()], word]
            position = match.end()
    return "".join([*parts, text[position:]])


def _word(text: str, iri: str) -> str:
    fitting = [
        (len(base), prefix)
        for prefix, base in _bases(text).items()
        if iri.startswith(base) and re.fullmatch(r"[\w-]+", iri[len(base) :])
    ]
    return f"{max(fitting)[1]}:{iri[max(fitting)[0] :]}" if fitting else f"<{iri}>"


def _block(text: str, subject: str) -> tuple[int, int] | None:
    """Where the statement about *subject* begins and ends, which begins a line."""
    start: int | None = None
    for match, iri in _tokens(text):
        if start is None and iri == subject and (match.start() == 0 or text[match.start() - 1] == "\n"):
            start = match.start()
        elif start is not None and match["stop"]:
            return start, match.end()
    return None


def _without(text: str, subject: str) -> str:
    """*text* without the statement about *subject*."""
    found = _block(text, subject)
    return text if found is None else text[: found[0]].rstrip("\n") + "\n\n" + text[found[1] :].lstrip("\n")


def _renamed_within(text: str, subject: str, old: str, new: str) -> tuple[str, int]:
    """*text* with *new* in place of *old* in the statement about *subject*, and how often that was."""
    found = _block(text, subject)
    if found is None:
        return text, 0
    head = "\n".join(f"@prefix {prefix}: <{base}> ." for prefix, base in _bases(text).items())
    inside = text[found[0] : found[1]]
    number = sum(iri == old for _, iri in _tokens(f"{head}\n{inside}"))
    changed = _renamed(f"{head}\n{inside}", old, new)[len(head) + 1 :]
    return text[: found[0]] + changed + text[found[1] :], number


def _take(
    plan: Plan, path: Path, before: str, after: str, names: Mapping[str, str], gone: set[str], added: list[Triple]
) -> None:
    """Take a file into the plan, if it changes and says just what it should."""
    if after == before:
        return

    def node(term: object) -> object:
        return NamedNode(names[term.value]) if isinstance(term, NamedNode) and term.value in names else term

    expected = {
        (node(quad.subject), quad.predicate, node(quad.object))
        for quad in _parse(path, before)
        if getattr(quad.subject, "value", "") not in gone
    } | {(triple.subject, triple.predicate, node(triple.object)) for triple in added}
    found = {(quad.subject, quad.predicate, quad.object) for quad in _parse(path, after)}
    if expected != found:
        raise DataError(
            "it would not say what it should", file=path, remedy="change this file by hand first, then try again"
        )
    plan.contents[path] = after.encode("utf-8")


def _links(workspace: Workspace, plan: Plan, old: str, new: str) -> None:
    for path in workspace.link_files():
        of = mappings.read(path)
        there = {row.object_id for row in of.mappings if of.expand(row.subject_id) == new}
        rows = [
            replace(row, subject_id=of.contract(new)) if of.expand(row.subject_id) == old else row
            for row in of.mappings
            if of.expand(row.subject_id) != old or row.object_id not in there
        ]
        if rows != list(of.mappings):
            plan.contents[path] = mappings.text(of.with_rows(rows)).encode("utf-8")


def _sheets(workspace: Workspace, plan: Plan, old: str, new: str, subjects: set[str] | None) -> None:
    """Coding sheets name things by words: those that stand for *old* are exchanged, in *subjects* or everywhere."""
    for path in sorted((workspace.root / "data" / "articles").glob(f"*/{SHEET}")):
        article = Article(workspace, path.parent.name)
        text = read_words(path)
        lines = article.compile(text).lines
        places = sorted({*lines.values()})
        wanted = None if subjects is None else {line for iri, line in lines.items() if iri in subjects}
        local, current, told = old.rpartition("/")[2], 0, []
        pattern = re.compile(rf'(?P<quoted>"(?:[^"\\]|\\.)*")|(?<![\w:./-])(?:[a-z]+:)?{re.escape(local)}(?![\w.-])')
        exchanged = partial(_exchanged, article.names().short(new))
        for number, line in enumerate(text.splitlines(), 1):
            current = number if number in places else current
            label = re.match(r"\s*[a-z-]+ [\w.-]+: ", line)
            kept = line.lstrip().startswith("#") or label or (wanted is not None and current not in wanted)
            told.append(line if kept else pattern.sub(exchanged, line))
        after = "\n".join(told) + "\n"
        if after != text:
            plan.contents[path] = after.encode("utf-8")
            plan.remarks.append(f"{workspace.relative(path)} names it by words; look at them in the diff")


def _exchanged(word: str, match: re.Match[str]) -> str:
    return match[0] if match["quoted"] else word
