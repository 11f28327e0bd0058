"""From the triples of an article to its coding sheet: compiled again, it is the same graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pyoxigraph import Literal, NamedNode, Quad

from stancegraph.coding.compiler import defaults
from stancegraph.coding.parser import KEYS, quoted
from stancegraph.coding.symbols import LANG_STRING, TYPE, SymbolTable
from stancegraph.errors import DataError
from stancegraph.rdf import terms
from stancegraph.rdf.namespaces import ID, PREFIXES

_XSD = PREFIXES["xsd"]
_WIDTH = 118
_FORWARD = terms.PUTS_FORWARD
Told = dict[str, list[NamedNode | Literal]]


def to_sheet(quads: Iterable[Quad], names: SymbolTable, publication: str, passages: Sequence[str]) -> str:
    """The sheet of an article: times, then passage by passage, then what the editors say.

    *passages* are the names of its passages in their order. Raises `DataError` where the triples say something that a
    sheet cannot.
    """
    about: dict[str, Told] = defaultdict(lambda: defaultdict(list))
    for quad in quads:
        about[quad.subject.value][quad.predicate.value].append(quad.object)  # type: ignore[union-attr,arg-type]
    return _Writer(about, names, publication).sheet(passages)


class _Writer:
    def __init__(self, about: dict[str, Told], names: SymbolTable, publication: str) -> None:
        self._about, self._names, self._publication = about, names, publication
        self._done: set[str] = set()
        self._home = f"{ID}passage/{names.slug}/"

    def _class(self, iri: str) -> str | None:
        classes = self._about[iri].get(TYPE.value, [])
        return classes[0].value if classes else None

    def sheet(self, passages: Sequence[str]) -> str:
        """The whole sheet."""
        chains, here = defaultdict(list), defaultdict(list)
        inner = {
            one.value for told in self._about.values() for one in told.get(_FORWARD, ()) if self._is_chain(one.value)
        }
        home: dict[str, str] = {}
        for iri in self._about:
            stated = [
                one.value for name in (terms.STATED_IN, terms.MENTIONED_IN) for one in self._about[iri].get(name, ())
            ]
            if self._is_chain(iri):
                if iri not in inner:
                    chains[stated[0]].append(iri)
            elif stated:
                here[stated[0]].append(iri)
            elif iri.startswith(self._home):
                here[iri].append(iri)
        for passage, tops in chains.items():
            for top in tops:
                for claim in self._claims(top):
                    home.setdefault(claim, passage)
        lines = self._section("Times", [iri for iri in self._about if self._class(iri) == terms.TIME_SPAN])
        rest = [iri for iri in self._about if iri not in home and not self._is_chain(iri)]
        placed = self._beside(rest, home)
        for passage in passages:
            iri = self._home + passage
            block = [line for one in here[iri] for line in self._record(one, 0, passage)]
            for top in sorted(chains[iri], key=lambda one: (len(one), one)):
                block += self._says(top, passage)
            block += [line for one in placed[iri] for line in self._record(one, 0, passage)]
            if block:
                lines += ["", f"@ {passage}", *block]
        left = [iri for iri in rest if iri not in self._done and self._class(iri) is not None]
        if left:
            lines += ["", "@", "# What the editors say, and what belongs to no passage"]
            lines += [line for one in left for line in self._record(one, 0, None)]
        return "\n".join(lines).lstrip("\n") + "\n"

    def _beside(self, rest: Sequence[str], home: dict[str, str]) -> dict[str, list[str]]:
        """Where what nobody puts forward is shown: with the first that is about it."""
        placed: dict[str, list[str]] = defaultdict(list)
        users: dict[str, list[str]] = defaultdict(list)
        for iri, told in self._about.items():
            for values in told.values():
                for one in values:
                    if isinstance(one, NamedNode):
                        users[one.value].append(iri)
        changed = True
        where = dict(home)
        while changed:
            changed = False
            for iri in rest:
                if iri in where or self._class(iri) in {None, terms.TIME_SPAN, terms.CITATION, terms.MENTION}:
                    continue
                place = next((where[user] for user in users[iri] if user in where), None)
                if place is not None:
                    where[iri], changed = place, True
                    placed[place].append(iri)
        return placed

    def _is_chain(self, iri: str) -> bool:
        return self._class(iri) == terms.ATTRIBUTION

    def _claims(self, chain: str) -> list[str]:
        found = []
        for one in self._about[chain][_FORWARD]:
            found += self._claims(one.value) if self._is_chain(one.value) else [one.value]
        return found

    def _section(self, title: str, iris: Sequence[str]) -> list[str]:
        return [f"# {title}", *(line for iri in iris for line in self._record(iri, 0, None))] if iris else []

    def _says(self, top: str, passage: str) -> list[str]:
        """A chain, and what it puts forward."""
        steps, chain = [], top
        while True:
            told = self._about[chain]
            steps.append(self._step(told, first=chain == top))
            within = [one.value for one in told[_FORWARD] if self._is_chain(one.value)]
            if not within:
                break
            if len(told[_FORWARD]) > 1:
                raise DataError(
                    "an attribution puts forward another one beside claims", subject=chain, remedy="make two of it"
                )
            chain = within[0]
        lines, also = [f"says {' > '.join(steps)}"], []
        for one in self._about[chain][_FORWARD]:
            if one.value in self._done or one.value not in self._about:
                also.append(self._names.word(one.value, _FORWARD))
            else:
                lines += self._record(one.value, 2, passage)
        return lines + ([f"  also {', '.join(also)}"] if also else [])

    def _step(self, told: Told, *, first: bool) -> str:
        who = told[terms.ATTRIBUTED_TO][0].value
        mode = self._names.word(told[terms.ATTRIBUTION_MODE][0].value, terms.ATTRIBUTION_MODE)
        step = mode if first and who == self._publication else f"{self._names.word(who, terms.ATTRIBUTED_TO)}: {mode}"
        for key, name in KEYS.items():
            for one in told.get(name, ()):
                step += f" {key} {self._names.word(one.value, name)}"
        for one in told.get(terms.QUOTED_WORDS, ()):
            step += f" {self._term(one, terms.QUOTED_WORDS)}"
        return step

    def _record(self, iri: str, indent: int, passage: str | None) -> list[str]:
        """A record, once."""
        if iri in self._done:
            return []
        self._done.add(iri)
        told, pad = self._about[iri], " " * indent
        if iri.startswith(self._home):
            return [f"{pad}no claim: {told[terms.NO_CLAIM_REASON][0].value}"]
        klass = self._class(iri)
        assert klass is not None
        label = self._names.label_of(klass).value
        labels = [one for one in told.get(label, ()) if getattr(one, "language", None) == "en"]
        head = f"{pad}{self._names.kind_of(klass)} {iri.rpartition('/')[2]}"
        lines = [f"{head}: {labels[0].value}" if labels else head]
        usual = defaults(klass, passage, self._names, self._publication)
        others = [self._names.kind_of(one.value) for one in told[TYPE.value][1:]]
        line = f"is: {', '.join(others)}" if others else ""
        for name, values in told.items():
            rest = [one for one in values if one not in labels[:1]] if name == label else values
            if name == TYPE.value or not rest or [one.value for one in rest] == [usual.get(name)]:
                continue
            field = f"{self._property(name)}: {', '.join(self._term(one, name) for one in rest)}"
            if line and len(pad) + 4 + len(line) + len(field) > _WIDTH:
                lines.append(f"{pad}  {line}")
                line = ""
            line = f"{line}; {field}" if line else field
        lines += [f"{pad}  {line}"] if line else []
        return lines + [f"{pad}  {self._property(name)}: -" for name in usual if name not in told]

    def _property(self, iri: str) -> str:
        local = terms.local_name(iri)
        return local if local != iri else self._names.short(iri)

    def _term(self, term: NamedNode | Literal, prop: str) -> str:
        if isinstance(term, NamedNode):
            return self._names.word(term.value, prop)
        datatype = self._names.datatypes.get(prop)
        words = quoted(term.value)
        if term.language:
            return words if term.language == "en" and datatype in {None, LANG_STRING} else f"{words}@{term.language}"
        own = term.datatype.value
        if own == datatype:
            return words if own == f"{_XSD}string" else term.value
        return f"{words}^^{self._names.short(own)}"
