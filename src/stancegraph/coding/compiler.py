"""From a coding sheet to the triples of an article; what is wrong is told by line, and the rest is compiled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Triple

from stancegraph.coding.parser import AttributionChain, Record, Sheet
from stancegraph.coding.symbols import LANG_STRING, TYPE, SymbolTable
from stancegraph.errors import DataError
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import ID, PREFIXES

_XSD = PREFIXES["xsd"]
_LITERAL = re.compile(r'"(?P<words>(?:[^"\\]|\\.)*)"(?:@(?P<language>[\w-]+)|\^\^(?P<datatype>\S+))?$', re.DOTALL)
_ESCAPE = re.compile(r'\\([nrt"\\])')
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line, and what to do."""

    line: int
    message: str
    remedy: str


@dataclass
class Compiled:
    """The triples of a sheet, in its order: claims, mentions, and things that articles share.

    *lines* gives the line at which each subject is described.
    """

    claims: list[Triple] = field(default_factory=list)
    mentions: list[Triple] = field(default_factory=list)
    entities: list[Triple] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def triples(self) -> list[Triple]:
        """All of them."""
        return [*self.claims, *self.mentions, *self.entities]


def compile_sheet(sheet: Sheet, names: SymbolTable, publication: str) -> Compiled:
    """The triples of *sheet*, of the article with the IRI *publication*; *names* learns what the sheet describes."""
    done = Compiled(problems=[Problem(*problem) for problem in sheet.problems])
    iris: dict[int, tuple[str, str]] = {}
    for record in sheet.records():
        with _told(done, record.line):
            klass = names.class_of(record.kind)
            iri = names.iri_of(klass, record.name)
            if iri in done.lines and record.kind != "passage":
                raise DataError(
                    f"{record.name} stands in line {done.lines[iri]} already", remedy="give it another name"
                )
            if iri in names.classes and record.kind != "passage":
                raise DataError(
                    f"{names.short(iri)} is described elsewhere already", remedy="use it as it is, or give another name"
                )
            iris[record.line], done.lines[iri] = (klass, iri), record.line
            names.learn_thing(iri, klass)
            for kind in (words for one in record.fields if one.name == "is" for words in one.values):
                names.learn_thing(iri, names.class_of(kind))
            if record.label:
                names.labels[record.label.casefold()].add(iri)
    chains = _name_chains(sheet, names)
    for item in sheet.items:
        if isinstance(item, Record):
            _record(item, iris, names, publication, done)
            continue
        for record in item.records:
            _record(record, iris, names, publication, done)
        with _told(done, item.line):
            _chain(item, chains[item.line], iris, names, publication, done)
    return done


def _name_chains(sheet: Sheet, names: SymbolTable) -> dict[int, list[NamedNode]]:
    """The attributions of each chain, by its line: named after the passage, with a letter, from the second numbered."""
    letters: dict[str, int] = {}
    found: dict[int, list[NamedNode]] = {}
    for item in sheet.items:
        if isinstance(item, AttributionChain):
            letter = letters[item.passage] = letters.get(item.passage, -1) + 1
            stem = f"{ID}attribution/{names.slug}/{item.passage}-{_letter(letter)}"
            found[item.line] = [NamedNode(f"{stem}{number + 1 if number else ''}") for number in range(len(item.steps))]
            for node in found[item.line]:
                names.learn_thing(node.value, terms.ATTRIBUTION)
    return found


class _told:  # noqa: N801 - reads as a verb
    """Take note of what is wrong, with the line, and go on behind the block."""

    def __init__(self, done: Compiled, line: int) -> None:
        self._done, self._line = done, line

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, DataError):
            self._done.problems.append(Problem(self._line, error.message, error.remedy or ""))
            return True
        return False


def _letter(number: int) -> str:
    return (chr(96 + number // 26) if number >= 26 else "") + chr(97 + number % 26)


def _record(
    record: Record, iris: dict[int, tuple[str, str]], names: SymbolTable, publication: str, done: Compiled
) -> None:
    if record.line not in iris:
        return
    klass, iri = iris[record.line]
    subject = NamedNode(iri)
    into = done.mentions if klass == terms.MENTION else done.entities if names.is_entity(klass) else done.claims
    if record.kind != "passage":
        into.append(Triple(subject, TYPE, NamedNode(klass)))
    if record.label:
        into.append(Triple(subject, names.label_of(klass), Literal(record.label, language="en")))
    given = set()
    for one in record.fields:
        with _told(done, one.line):
            if one.name == "is":
                into += [Triple(subject, TYPE, NamedNode(names.class_of(words))) for words in one.values]
                continue
            prop = names.property_of(one.name)
            given.add(prop.value)
            into += [Triple(subject, prop, value(words, prop, names)) for words in one.values if words != "-"]
    for name, default in defaults(klass, record.passage, names, publication).items():
        if name not in given:
            into.append(Triple(subject, NamedNode(name), NamedNode(default)))


def defaults(klass: str, passage: str | None, names: SymbolTable, publication: str) -> dict[str, str]:
    """What a record of a class has where the sheet says nothing else; ``-`` says that it has it not."""
    here = {} if passage is None else {terms.STATED_IN: f"{ID}passage/{names.slug}/{passage}"}
    if klass == terms.CITATION:
        return here | {terms.CITING_PUBLICATION: publication, terms.VERIFICATION_STATUS: f"{ID}verification/SecondHand"}
    if klass == terms.MENTION and here:
        return {terms.MENTIONED_IN: here[terms.STATED_IN]}
    if klass == terms.ISSUE:
        return {f"{PREFIXES['skos']}inScheme": f"{ID}scheme/issue"}
    return {}


def _chain(
    says: AttributionChain,
    nodes: list[NamedNode],
    iris: dict[int, tuple[str, str]],
    names: SymbolTable,
    publication: str,
    done: Compiled,
) -> None:
    """The attributions of a chain, each putting forward the next, and the last the claims."""
    for number, (step, node) in enumerate(zip(says.steps, nodes, strict=True)):
        done.lines[node.value] = says.line
        who = publication if step.who is None else names.thing(step.who, terms.ATTRIBUTED_TO)
        told: list[tuple[str, NamedNode | Literal]] = [
            (terms.ATTRIBUTED_TO, NamedNode(who)),
            (terms.ATTRIBUTION_MODE, NamedNode(names.thing(step.mode, terms.ATTRIBUTION_MODE))),
        ]
        if number == 0:
            told.append((terms.STATED_IN, NamedNode(f"{ID}passage/{names.slug}/{says.passage}")))
        for name, words in step.terms:
            told.append((name, NamedNode(names.thing(words, name))))
        for words in step.words:
            told.append((terms.QUOTED_WORDS, value(words, NamedNode(terms.QUOTED_WORDS), names)))
        if number + 1 < len(nodes):
            told.append((terms.PUTS_FORWARD, nodes[number + 1]))
        else:
            told += [(terms.PUTS_FORWARD, claim) for claim in _put_forward(says, iris, names)]
        done.claims.append(Triple(node, TYPE, NamedNode(terms.ATTRIBUTION)))
        done.claims += [Triple(node, NamedNode(name), term) for name, term in told]


def _put_forward(says: AttributionChain, iris: dict[int, tuple[str, str]], names: SymbolTable) -> Iterator[NamedNode]:
    own = [iris[record.line][1] for record in says.records if record.line in iris]
    others = [names.thing(name, terms.PUTS_FORWARD) for name in says.also]
    if not own and not others:
        raise DataError("the chain puts nothing forward", remedy="indent a claim under it, or name one with also")
    yield from map(NamedNode, [*own, *others])


def value(words: str, prop: NamedNode, names: SymbolTable) -> NamedNode | Literal:
    """The term that *words* stand for as a value of *prop*; raise `DataError` where they stand for none."""
    match = _LITERAL.match(words)
    datatype = names.datatypes.get(prop.value)
    if match is None and datatype is None:
        return NamedNode(names.thing(words, prop.value))
    if match is None:
        if datatype in {LANG_STRING, f"{_XSD}string"}:
            raise DataError(f"{words[:40]!r} stands without quotation marks", remedy=f'write "{words[:40]}"')
        return _checked(words, datatype or "", prop)
    text = _ESCAPE.sub(lambda escape: _PLAIN[escape[1]], match["words"])
    if match["language"]:
        return Literal(text, language=match["language"])
    if match["datatype"]:
        return _checked(text, names.thing(match["datatype"], ""), prop)
    if datatype in {None, LANG_STRING}:
        return Literal(text, language="en")
    return _checked(text, datatype or "", prop)


def _checked(words: str, datatype: str, prop: NamedNode) -> Literal:
    from stancegraph.rdf.datatypes import malformed

    literal = Literal(words, datatype=NamedNode(datatype)) if datatype != f"{_XSD}string" else Literal(words)
    if malformed([literal]):
        kind = datatype.rpartition("#")[2]
        raise DataError(f"{words!r} is no {kind}", remedy=f"{prop.value.rpartition('#')[2]} takes a {kind}")
    return literal
