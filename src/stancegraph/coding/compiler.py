"""Compile a coding sheet to the triples of an article; problems are collected by line, and the rest is compiled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Triple

from stancegraph.coding.symbols import LANG_STRING, TYPE, SymbolTable
from stancegraph.coding.syntax import AttributionChain, Record, Sheet
from stancegraph.errors import DataError
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import ID, PREFIXES, shorten

_STRING = PREFIXES["xsd"] + "string"
_LITERAL = re.compile(r'"(?P<text>(?:[^"\\]|\\.)*)"(?:@(?P<language>[\w-]+)|\^\^(?P<datatype>\S+))?$', re.DOTALL)
_ESCAPE = re.compile(r'\\([nrt"\\])')
_UNESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_LONGEST_EXCERPT = 40  # characters of a value that a message quotes


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line of a sheet, and what to do about it; lines count from 1."""

    line: int
    message: str
    remedy: str


@dataclass
class CompiledSheet:
    """The triples of a sheet, in the order of its lines.

    Attributes:
        claims: The triples of claims, attributions, times and citations.
        mentions: The triples of mentions.
        entities: The triples of entities, which articles share.
        lines: The line number of each subject's description, by the subject's IRI.
        problems: What could not be compiled.
    """

    claims: list[Triple] = field(default_factory=list)
    mentions: list[Triple] = field(default_factory=list)
    entities: list[Triple] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def triples(self) -> list[Triple]:
        """All triples."""
        return [*self.claims, *self.mentions, *self.entities]


def compile_sheet(sheet: Sheet, symbols: SymbolTable, publication: str) -> CompiledSheet:
    """Compile a sheet.

    Args:
        sheet: The parsed sheet.
        symbols: The symbols that it can use; what the sheet describes is declared among them.
        publication: The IRI of the article.
    """
    compiler = _Compiler(sheet, symbols, publication)
    compiler.declare_records()
    compiler.compile()
    return compiler.compiled


class _Compiler:
    """Two passes over a sheet, since a name can be used before the record that it refers to."""

    def __init__(self, sheet: Sheet, symbols: SymbolTable, publication: str) -> None:
        self._sheet, self._symbols, self._publication = sheet, symbols, publication
        self._subjects: dict[int, tuple[str, str]] = {}  # by line: class and IRI of the record
        self.compiled = CompiledSheet(problems=[Problem(*problem) for problem in sheet.problems])

    @contextmanager
    def _problems_of(self, line: int) -> Iterator[None]:
        """Turn a `DataError` into a problem of *line*, so that compilation continues after the block."""
        try:
            yield
        except DataError as error:
            self.compiled.problems.append(Problem(line, error.message, error.remedy or ""))

    def declare_records(self) -> None:
        """Give each record its IRI, and declare what it describes."""
        for record in self._sheet.records():
            with self._problems_of(record.line):
                self._declare(record)

    def _declare(self, record: Record) -> None:
        symbols, lines = self._symbols, self.compiled.lines
        klass = symbols.class_of(record.kind)
        iri = symbols.record_iri(klass, record.name)
        if iri in lines and record.kind != "passage":
            raise DataError(f"{record.name} is already described on line {lines[iri]}", remedy="choose another name")
        if iri in symbols.classes and record.kind != "passage":
            raise DataError(
                f"{symbols.shorten(iri)} is already described elsewhere",
                remedy="use it as it is, or choose another name",
            )
        self._subjects[record.line], lines[iri] = (klass, iri), record.line
        symbols.declare(iri, klass)
        for kind in (value for part in record.fields if part.name == "is" for value in part.values):
            symbols.declare(iri, symbols.class_of(kind))
        if record.label:
            symbols.by_label[record.label.casefold()].add(iri)

    def compile(self) -> None:
        """Compile the items of the sheet, whose records have been declared."""
        attributions = self._name_attributions()
        for item in self._sheet.items:
            if isinstance(item, Record):
                self._compile_record(item)
                continue
            for record in item.records:
                self._compile_record(record)
            with self._problems_of(item.line):
                self._compile_chain(item, attributions[item.line])

    def _name_attributions(self) -> dict[int, list[NamedNode]]:
        """Return the nodes of each chain, by its line.

        Their names are the passage with a letter for the chain, and a number from the second attribution on.
        """
        counts: dict[str, int] = {}
        attributions: dict[int, list[NamedNode]] = {}
        for item in self._sheet.items:
            if isinstance(item, AttributionChain):
                index = counts[item.passage] = counts.get(item.passage, -1) + 1
                stem = f"{ID}attribution/{self._symbols.slug}/{item.passage}-{_letters(index)}"
                nodes = [NamedNode(f"{stem}{number + 1 if number else ''}") for number in range(len(item.steps))]
                for node in nodes:
                    self._symbols.declare(node.value, terms.ATTRIBUTION)
                attributions[item.line] = nodes
        return attributions

    def _compile_record(self, record: Record) -> None:
        if record.line not in self._subjects:
            return  # it could not be declared
        symbols, compiled = self._symbols, self.compiled
        klass, iri = self._subjects[record.line]
        subject = NamedNode(iri)
        shared = compiled.entities if symbols.is_entity(klass) else compiled.claims
        triples = compiled.mentions if symbols.is_a(klass, terms.MENTION) else shared
        if record.kind != "passage":
            triples.append(Triple(subject, TYPE, NamedNode(klass)))
        if record.label:
            triples.append(Triple(subject, symbols.label_property(klass), Literal(record.label, language="en")))
        stated = set()
        for part in record.fields:
            with self._problems_of(part.line):
                if part.name == "is":
                    triples += [Triple(subject, TYPE, NamedNode(symbols.class_of(kind))) for kind in part.values]
                    continue
                prop = symbols.resolve_property(part.name)
                stated.add(prop.value)
                triples += [Triple(subject, prop, to_term(text, prop, symbols)) for text in part.values if text != "-"]
        for name, value in default_values(klass, record.passage, symbols, self._publication).items():
            if name not in stated:
                triples.append(Triple(subject, NamedNode(name), NamedNode(value)))

    def _compile_chain(self, chain: AttributionChain, nodes: list[NamedNode]) -> None:
        """Compile a chain: each attribution puts forward the next, and the last puts forward the claims."""
        symbols, compiled = self._symbols, self.compiled
        for index, (step, node) in enumerate(zip(chain.steps, nodes, strict=True)):
            compiled.lines[node.value] = chain.line
            source = self._publication if step.source is None else symbols.resolve(step.source, terms.ATTRIBUTED_TO)
            properties: list[tuple[str, NamedNode | Literal]] = [
                (terms.ATTRIBUTED_TO, NamedNode(source)),
                (terms.ATTRIBUTION_MODE, NamedNode(symbols.resolve(step.mode, terms.ATTRIBUTION_MODE))),
            ]
            if index == 0:
                properties.append((terms.STATED_IN, NamedNode(f"{ID}passage/{symbols.slug}/{chain.passage}")))
            for prop, name in step.qualifiers:
                properties.append((prop, NamedNode(symbols.resolve(name, prop))))
            for quotation in step.quotations:
                properties.append((terms.QUOTED_WORDS, to_term(quotation, NamedNode(terms.QUOTED_WORDS), symbols)))
            if index + 1 < len(nodes):
                properties.append((terms.PUTS_FORWARD, nodes[index + 1]))
            else:
                properties += [(terms.PUTS_FORWARD, claim) for claim in self._claims(chain)]
            compiled.claims.append(Triple(node, TYPE, NamedNode(terms.ATTRIBUTION)))
            compiled.claims += [Triple(node, NamedNode(prop), term) for prop, term in properties]

    def _claims(self, chain: AttributionChain) -> list[NamedNode]:
        own = [self._subjects[record.line][1] for record in chain.records if record.line in self._subjects]
        others = [self._symbols.resolve(name, terms.PUTS_FORWARD) for name in chain.also]
        if not own and not others:
            raise DataError("the chain puts nothing forward", remedy="indent a claim under it, or name one with `also`")
        return list(map(NamedNode, [*own, *others]))


def _letters(index: int) -> str:
    """Return a, b, … z, aa, ab, … for 0, 1, …."""
    return (chr(96 + index // 26) if index >= 26 else "") + chr(97 + index % 26)


def default_values(klass: str, passage: str | None, symbols: SymbolTable, publication: str) -> dict[str, str]:
    """Return the values that a record has by default; a field with the value ``-`` removes the default.

    Args:
        klass: The class of the record.
        passage: The name of the passage that it belongs to, if any.
        symbols: The symbols of the sheet.
        publication: The IRI of the article.

    Returns:
        The IRI of the default value, by the IRI of the property.
    """
    stated_in = None if passage is None else f"{ID}passage/{symbols.slug}/{passage}"
    if klass == terms.CITATION:
        place = {} if stated_in is None else {terms.STATED_IN: stated_in}
        return place | {
            terms.CITING_PUBLICATION: publication, terms.VERIFICATION_STATUS: f"{ID}verification/SecondHand"
        }  # fmt: skip
    if symbols.is_a(klass, terms.MENTION) and stated_in is not None:
        return {terms.MENTIONED_IN: stated_in}
    scheme = symbols.scheme_of(klass)
    return {} if scheme is None else {f"{PREFIXES['skos']}inScheme": scheme}


def to_term(text: str, prop: NamedNode, symbols: SymbolTable) -> NamedNode | Literal:
    """Return the term that *text* denotes as a value of a property.

    Args:
        text: A name, a literal in quotation marks, or the lexical form of the property's datatype.
        prop: The property.
        symbols: The symbols of the sheet.

    Raises:
        DataError: The name cannot be resolved, the text is not valid for its datatype, or quotation marks are
            missing.
    """
    match = _LITERAL.match(text)
    datatype = symbols.datatypes.get(prop.value)
    if match is None and datatype is None:
        return NamedNode(symbols.resolve(text, prop.value))
    if match is None:
        if datatype in {LANG_STRING, _STRING}:
            excerpt = text[:_LONGEST_EXCERPT]
            raise DataError(f"{excerpt!r} is not in quotation marks", remedy=f'write "{excerpt}"')
        return _typed_literal(text, datatype or "", prop)
    unescaped = _ESCAPE.sub(lambda escape: _UNESCAPED[escape[1]], match["text"])
    if match["language"]:
        return Literal(unescaped, language=match["language"])
    if match["datatype"]:
        return _typed_literal(unescaped, symbols.resolve(match["datatype"], ""), prop)
    if datatype in {None, LANG_STRING}:
        return Literal(unescaped, language="en")
    return _typed_literal(unescaped, datatype or "", prop)


def _typed_literal(text: str, datatype: str, prop: NamedNode) -> Literal:
    from stancegraph.rdf.datatypes import malformed

    literal = Literal(text, datatype=NamedNode(datatype)) if datatype != _STRING else Literal(text)
    if malformed([literal]):
        kind = shorten(datatype)
        raise DataError(
            f"{text!r} is not a valid {kind}",
            remedy=f"{terms.local_name(prop.value)} takes a value of type {kind}",
        )
    return literal
