"""Print the triples of an article as a coding sheet, which compiles to the same triples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pyoxigraph import Literal, NamedNode, Quad

from stancegraph.coding.compiler import default_values
from stancegraph.coding.parser import STEP_KEYWORDS, quote
from stancegraph.coding.symbols import LANG_STRING, TYPE, SymbolTable
from stancegraph.errors import DataError
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import ID, PREFIXES

_STRING = PREFIXES["xsd"] + "string"
_WIDTH = 118  # characters of a line of fields
_PUTS_FORWARD = terms.PUTS_FORWARD
_Properties = dict[str, list[NamedNode | Literal]]


def to_sheet(quads: Iterable[Quad], symbols: SymbolTable, publication: str, passages: Sequence[str]) -> str:
    """Return the sheet of an article: times, then the passages in their order, then the notes of its editors.

    Args:
        quads: The quads of the article.
        symbols: The symbols that the sheet can use, including everything that the quads describe.
        publication: The IRI of the article.
        passages: The names of its passages, in their order.

    Raises:
        DataError: The quads state something that a sheet cannot express.
    """
    properties: dict[str, _Properties] = defaultdict(lambda: defaultdict(list))
    for quad in quads:
        properties[quad.subject.value][quad.predicate.value].append(quad.object)  # type: ignore[union-attr,arg-type]
    return _Printer(properties, symbols, publication).sheet(passages)


class _Printer:
    def __init__(self, properties: dict[str, _Properties], symbols: SymbolTable, publication: str) -> None:
        self._properties, self._symbols, self._publication = properties, symbols, publication
        self._printed: set[str] = set()
        self._passage_prefix = f"{ID}passage/{symbols.slug}/"

    def _class(self, iri: str) -> str | None:
        classes = self._properties.get(iri, {}).get(TYPE.value, [])
        return classes[0].value if classes else None

    def sheet(self, passages: Sequence[str]) -> str:
        """Return the whole sheet."""
        chains, stated = self._by_passage()
        passage_of: dict[str, str] = {}
        for passage_iri, outermost in chains.items():
            for attribution in outermost:
                for claim in self._claims(attribution):
                    passage_of.setdefault(claim, passage_iri)
        lines = self._section("Times", [iri for iri in self._properties if self._class(iri) == terms.TIME_SPAN])
        rest = [iri for iri in self._properties if iri not in passage_of and not self._is_attribution(iri)]
        embedded = self._place_embedded(rest, passage_of)
        for passage in passages:
            passage_iri = self._passage_prefix + passage
            block = [line for iri in stated[passage_iri] for line in self._record(iri, 0, passage)]
            for attribution in sorted(chains[passage_iri], key=lambda iri: (len(iri), iri)):
                block += self._chain(attribution, passage)
            block += [line for iri in embedded[passage_iri] for line in self._record(iri, 0, passage)]
            if block:
                lines += ["", f"@ {passage}", *block]
        unplaced = [iri for iri in rest if iri not in self._printed and self._class(iri) is not None]
        if unplaced:
            lines += ["", "@", "# Notes of the editors, and what belongs to no passage"]
            lines += [line for iri in unplaced for line in self._record(iri, 0, None)]
        return "\n".join(lines).lstrip("\n") + "\n"

    def _by_passage(self) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """Return the outermost attributions, and the other records that are stated in a passage, by its IRI."""
        chains: dict[str, list[str]] = defaultdict(list)
        stated: dict[str, list[str]] = defaultdict(list)
        inner = {
            term.value
            for properties in self._properties.values()
            for term in properties.get(_PUTS_FORWARD, ())
            if self._is_attribution(term.value)
        }
        for iri, properties in self._properties.items():
            places = [term.value for name in (terms.STATED_IN, terms.MENTIONED_IN) for term in properties.get(name, ())]
            if self._is_attribution(iri):
                if iri not in inner:
                    chains[places[0]].append(iri)
            elif places:
                stated[places[0]].append(iri)
            elif iri.startswith(self._passage_prefix):
                stated[iri].append(iri)
        return chains, stated

    def _place_embedded(self, rest: Sequence[str], passage_of: dict[str, str]) -> dict[str, list[str]]:
        """Return the records that nobody puts forward, by the passage of the first record that refers to them."""
        placed: dict[str, list[str]] = defaultdict(list)
        referrers: dict[str, list[str]] = defaultdict(list)
        for iri, properties in self._properties.items():
            for values in properties.values():
                for term in values:
                    if isinstance(term, NamedNode):
                        referrers[term.value].append(iri)
        changed = True
        places = dict(passage_of)
        while changed:
            changed = False
            for iri in rest:
                if iri in places or self._stands_alone(iri):
                    continue
                place = next((places[referrer] for referrer in referrers[iri] if referrer in places), None)
                if place is not None:
                    places[iri], changed = place, True
                    placed[place].append(iri)
        return placed

    def _stands_alone(self, iri: str) -> bool:
        klass, kinds = self._class(iri), (terms.TIME_SPAN, terms.CITATION, terms.MENTION)
        return klass is None or any(self._symbols.is_a(klass, kind) for kind in kinds)

    def _is_attribution(self, iri: str) -> bool:
        return self._class(iri) == terms.ATTRIBUTION

    def _claims(self, attribution: str) -> list[str]:
        """Return the claims that *attribution* puts forward, directly or through inner attributions."""
        claims = []
        for term in self._properties[attribution][_PUTS_FORWARD]:
            claims += self._claims(term.value) if self._is_attribution(term.value) else [term.value]
        return claims

    def _section(self, title: str, iris: Sequence[str]) -> list[str]:
        return [f"# {title}", *(line for iri in iris for line in self._record(iri, 0, None))] if iris else []

    def _chain(self, outermost: str, passage: str) -> list[str]:
        """Return the lines of a chain and of the claims that it puts forward."""
        steps, attribution = [], outermost
        while True:
            properties = self._properties[attribution]
            steps.append(self._step(properties, first=attribution == outermost))
            inner = [term.value for term in properties[_PUTS_FORWARD] if self._is_attribution(term.value)]
            if not inner:
                break
            if len(properties[_PUTS_FORWARD]) > 1:
                raise DataError(
                    "the attribution puts forward both claims and another attribution",
                    subject=attribution,
                    remedy="split it into two attributions",
                )
            attribution = inner[0]
        lines, also = [f"says {' > '.join(steps)}"], []
        for term in self._properties[attribution][_PUTS_FORWARD]:
            if term.value in self._printed or term.value not in self._properties:
                also.append(self._symbols.shortest_name(term.value, _PUTS_FORWARD))
            else:
                lines += self._record(term.value, 2, passage)
        return lines + ([f"  also {', '.join(also)}"] if also else [])

    def _step(self, properties: _Properties, *, first: bool) -> str:
        source = properties[terms.ATTRIBUTED_TO][0].value
        mode = self._symbols.shortest_name(properties[terms.ATTRIBUTION_MODE][0].value, terms.ATTRIBUTION_MODE)
        own_statement = first and source == self._publication
        step = mode if own_statement else f"{self._symbols.shortest_name(source, terms.ATTRIBUTED_TO)}: {mode}"
        for keyword, prop in STEP_KEYWORDS.items():
            for term in properties.get(prop, ()):
                step += f" {keyword} {self._symbols.shortest_name(term.value, prop)}"
        for term in properties.get(terms.QUOTED_WORDS, ()):
            step += f" {self._term(term, terms.QUOTED_WORDS)}"
        return step

    def _record(self, iri: str, indent: int, passage: str | None) -> list[str]:
        """Return the lines of a record, or none if it has been printed before."""
        if iri in self._printed:
            return []
        self._printed.add(iri)
        properties, padding = self._properties[iri], " " * indent
        if iri.startswith(self._passage_prefix):
            return [f"{padding}no claim: {properties[terms.NO_CLAIM_REASON][0].value}"]
        klass = self._class(iri)
        if klass is None:
            raise DataError("the class of this record is missing", subject=iri, remedy="add its class")
        label = self._symbols.label_property(klass).value
        labels = [term for term in properties.get(label, ()) if getattr(term, "language", None) == "en"]
        head = f"{padding}{self._symbols.kind_of(klass)} {iri.rpartition('/')[2]}"
        lines = [f"{head}: {labels[0].value}" if labels else head]
        defaults = default_values(klass, passage, self._symbols, self._publication)
        other_kinds = [self._symbols.kind_of(term.value) for term in properties[TYPE.value][1:]]
        line = f"is: {', '.join(other_kinds)}" if other_kinds else ""
        for name, values in properties.items():
            rest = [term for term in values if term not in labels[:1]] if name == label else values
            if name == TYPE.value or not rest or [term.value for term in rest] == [defaults.get(name)]:
                continue
            field = f"{self._property(name)}: {', '.join(self._term(term, name) for term in rest)}"
            if line and len(padding) + 4 + len(line) + len(field) > _WIDTH:
                lines.append(f"{padding}  {line}")
                line = ""
            line = f"{line}; {field}" if line else field
        lines += [f"{padding}  {line}"] if line else []
        return lines + [f"{padding}  {self._property(name)}: -" for name in defaults if name not in properties]

    def _property(self, iri: str) -> str:
        local = terms.local_name(iri)
        return local if local != iri else self._symbols.shorten(iri)

    def _term(self, term: NamedNode | Literal, prop: str) -> str:
        if isinstance(term, NamedNode):
            return self._symbols.shortest_name(term.value, prop)
        expected = self._symbols.datatypes.get(prop)
        text = quote(term.value)
        if term.language:
            return text if term.language == "en" and expected in {None, LANG_STRING} else f"{text}@{term.language}"
        datatype = term.datatype.value
        if datatype == expected:
            return text if datatype == _STRING else term.value
        return f"{text}^^{self._symbols.shorten(datatype)}"
