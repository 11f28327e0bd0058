"""Hostile data: dates, links and Turtle."""

# ruff: noqa: E501 (a case is a line)
from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from pyoxigraph import Literal

from tests.robustness.hostile.case import (
    FACTS,
    LINKS,
    Hostile,
    Spoil,
    append_text,
    write_article,
    write_text,
)

DATES = (
    *("-0500-01-01", "0000-01-01", "10000-01-01", "2012-02-30", "2012-13", "2012-13-04", "2012-1-1", "20120705"),
    *("9" * 5_000 + "-01-01", "2012-07-05T00:00:00", "2012-W27-4", "\u0662\u0660\u0661\u0662-07-05", "", " ", "today"),
)


def dates() -> Iterator[Hostile]:
    for number, words in enumerate(DATES):
        call = ("ask", "events-over-time", "--since", words)
        yield Hostile(f"typed date {number}", call, status=frozenset({2}), says=("date",))
        text = ("article", "new", "{w}/text.txt", "--id", "new", "--date", words)
        if words.strip():
            yield Hostile(f"date of a draft {number}", text, write_text("text.txt", "A title\n\nChina said so.\n"),
                          frozenset({2}), ("date",))  # fmt: skip
        fact = f'\n:odd a sg:TimeSpan ; rdfs:label "odd"@en ; sg:earliestBegin {Literal(words)}^^xsd:date .\n'
        yield Hostile(f"date in Turtle {number}", ("build",), append_text(FACTS, fact), says=("facts.ttl", "Begin"))
        if words.strip():
            yield Hostile(f"date in a sheet {number}", ("article", "check", "new"), write_sheet(words), says=("odd",))
    for kind, words in (("dateTime", "-0500-01-01T00:00:00Z"), ("gYear", "-0500"), ("gYear", "12012"),
                        ("gYearMonth", "0000-01"), ("dateTime", "2012-01-01T25:00:00"), ("integer", "9" * 400),
                        ("decimal", "1." + "9" * 400), ("boolean", "maybe"), ("duration", "P9999999999999999999Y")):  # fmt: skip
        fact = f'\n:odd a sg:TimeSpan ; rdfs:label "odd"@en ; sg:earliestBegin "{words}"^^xsd:{kind} .\n'
        yield Hostile(f"{kind} in Turtle {words[:20]}", ("build",), append_text(FACTS, fact), says=("Begin",))


def write_sheet(words: str) -> Spoil:
    return write_article(f"time odd: odd\n  earliestBegin: {words}\n")


def links() -> Iterator[Hostile]:
    huge = "x" * 5_000_000
    head = "# curie_map:\n#   wd: http://www.wikidata.org/entity/\n"
    columns = "subject_id\tsubject_label\tpredicate_id\tobject_id\tmapping_justification\n"
    for name, words in {
        "huge field": head + columns + f"wd:a\t{huge}\twd:b\twd:c\twd:d\n",
        "quoted huge field": head + columns + f'wd:a\t"{huge}\twd:b\twd:c\twd:d\n',
        "huge header": "# curie_map: {" + ", ".join(f"a{n}: b" for n in range(50_000)) + "}\n" + columns,
        "aliases": "# curie_map: &a {a: *a}\n" + columns,
        "deep header": "# curie_map: " + "[" * 5_000 + "]" * 5_000 + "\n" + columns,
        "no columns": head,
        "columns twice": head + "subject_id\tsubject_id\n",
        "no prefix": head + columns + "a\tb\tc\td\te\n",
        "carriage returns": head + columns.replace("\n", "\r") + "wd:a\tb\twd:c\twd:d\twd:e\r\r",
        "zeros": "\0" * 1_000,
        "curie_map of numbers": "# curie_map: {wd: 5}\n" + columns + "wd:a\tb\twd:c\twd:d\twd:e\n",
        "curie_map of lists": "# curie_map: {wd: [5]}\n" + columns + "wd:a\tb\twd:c\twd:d\twd:e\n",
        "number as prefix": "# curie_map: {5: b}\n" + columns + "wd:a\tb\twd:c\twd:d\twd:e\n",
        "spaces in an IRI": head + columns + "wd:a b\tb\twd:c d\twd:d <\twd:e\n",
        "empty": "",
    }.items():
        yield Hostile(f"links: {name}", ("build",), write_text(LINKS, words), says=("wikidata.sssom.tsv",))


def turtle() -> Iterator[Hostile]:
    prefixes = "@prefix : <https://w3id.org/stancegraph/id/example/> .\n"
    huge = 50_000_000
    for name, words in {
        "literal of 50 MB": lambda: f'\n:Ruritania rdfs:comment "{"a" * huge}"@en .\n',
        "IRI of 50 MB": lambda: f"\n:Ruritania rdfs:seeAlso <https://example.org/{'a' * huge}> .\n",
    }.items():

        def spoil(folder: Path, words: Callable[[], str] = words) -> None:
            append_text(FACTS, words())(folder)

        yield Hostile(name, ("build",), spoil, frozenset({0, 1, 3}))
    for name, text in {
        "5,000 nested lists": prefixes + ":a :b " + "(" * 5_000 + ")" * 5_000 + " .",
        "100,000 nested nodes": prefixes + ":a :b " + "[ :b " * 100_000 + "]" * 100_000 + " .",
        "brackets only": "[" * 1_000_000,
        "quoted triples": prefixes + "<<" * 5_000,
        "quotes": '"' * 100_000,
        "unclosed string": prefixes + ':a :b """' + "\\" * 100_001,
        "not an IRI": prefixes + ":a :b <a b> .",
        "unknown prefix": "nothing:a nothing:b nothing:c .",
        "surrogates": prefixes + ':a :b "\\uD800" .',
        "N3 rules": "{ ?a ?b ?c } => { ?a ?b ?c } .",
    }.items():
        yield Hostile(f"Turtle: {name}", ("build",), write_text(FACTS, text), says=("facts.ttl",))
        yield Hostile(
            f"ontology: {name}", ("build",), write_text("ontology/stancegraph.ttl", text), says=("stancegraph.ttl",)
        )

    def poison(folder: Path) -> None:
        """Blank nodes that are all alike and all linked, whose canonical names take a factorial of steps."""
        links = "".join(f"_:n{a} <urn:p> _:n{b} .\n" for a in range(14) for b in range(14) if a != b)
        append_text("ontology/alignments.ttl", "\n" + links)(folder)

    yield Hostile("poison graph", ("build",), poison, frozenset({0, 1, 3}), step_seconds=5)
    chain = "\n<urn:a> <urn:b> (" + "[] " * 5_000 + ") .\n"
    yield Hostile(
        "list of 5,000 nodes", ("build",), append_text("ontology/alignments.ttl", chain), says=("blank nodes",)
    )
