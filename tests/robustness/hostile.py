"""Input that is not as it should be: what people mistype, what tools spoil, and what somebody means harm by.

Each case spoils a copy of a small workspace, calls the program, and says with which status it must end and what its
message must speak of. `tests/robustness/test_hostile_input.py` runs them all.
"""

# ruff: noqa: E501 (a case is a line)
from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal

from stancegraph.coding.passages import to_turtle
from stancegraph.text import Layout

Spoil = Callable[[Path], None]
FACTS = "data/articles/example/facts.ttl"
SHAPES = "ontology/shapes/hostile.ttl"
TARGET = "data/links/wikidata.toml"
LINKS = "data/links/wikidata.sssom.tsv"
SHAPE_PREFIXES = (
    "@prefix : <https://w3id.org/stancegraph/shape/> .\n"
    "@prefix sg: <https://w3id.org/stancegraph/ontology#> .\n"
    "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
)


@dataclass(frozen=True)
class Hostile:
    """A case: how the workspace at a folder is spoilt, the call, the statuses that are right, and words of the message.

    In the arguments, ``{w}`` stands for the workspace's folder. *nested* ones only have to end within time and memory.
    """

    name: str
    arguments: tuple[str, ...]
    spoil: Spoil | None = None
    status: frozenset[int] = frozenset({1})
    says: tuple[str, ...] = ()
    step_seconds: float = 60


def _append(name: str, words: str) -> Spoil:
    def spoil(folder: Path) -> None:
        path = folder / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(before + words, encoding="utf-8")

    return spoil


def _write(name: str, words: str) -> Spoil:
    def spoil(folder: Path) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words, encoding="utf-8")

    return spoil


def _bytes(name: str, content: bytes) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return spoil


def _shape(words: str) -> Spoil:
    return _write(SHAPES, SHAPE_PREFIXES + words)


def _check(header: str, query: str = "SELECT ?subject WHERE { ?subject a ?nothing . FILTER(false) }\n") -> Spoil:
    return _write("queries/check/hostile.rq", header + query)


def _query(header: str) -> Spoil:
    return _write("queries/ask/hostile.rq", header + "SELECT ?claim WHERE { ?claim a ?kind . } ORDER BY ?claim\n")


DATES = (
    *("-0500-01-01", "0000-01-01", "10000-01-01", "2012-02-30", "2012-13", "2012-13-04", "2012-1-1", "20120705"),
    *("9" * 5_000 + "-01-01", "2012-07-05T00:00:00", "2012-W27-4", "\u0662\u0660\u0661\u0662-07-05", "", " ", "today"),
)


def _dates() -> Iterator[Hostile]:
    for number, words in enumerate(DATES):
        call = ("ask", "events-over-time", "--since", words)
        yield Hostile(f"typed date {number}", call, status=frozenset({2}), says=("date",))
        text = ("article", "new", "{w}/text.txt", "--id", "new", "--date", words)
        if words.strip():
            yield Hostile(f"date of a draft {number}", text, _write("text.txt", "A title\n\nChina said so.\n"),
                          frozenset({2}), ("date",))  # fmt: skip
        fact = f'\n:odd a sg:TimeSpan ; rdfs:label "odd"@en ; sg:earliestBegin {Literal(words)}^^xsd:date .\n'
        yield Hostile(f"date in Turtle {number}", ("build",), _append(FACTS, fact), says=("facts.ttl", "Begin"))
        if words.strip():
            yield Hostile(f"date in a sheet {number}", ("article", "check", "new"), _sheet(words), says=("odd",))
    for kind, words in (("dateTime", "-0500-01-01T00:00:00Z"), ("gYear", "-0500"), ("gYear", "12012"),
                        ("gYearMonth", "0000-01"), ("dateTime", "2012-01-01T25:00:00"), ("integer", "9" * 400),
                        ("decimal", "1." + "9" * 400), ("boolean", "maybe"), ("duration", "P9999999999999999999Y")):  # fmt: skip
        fact = f'\n:odd a sg:TimeSpan ; rdfs:label "odd"@en ; sg:earliestBegin "{words}"^^xsd:{kind} .\n'
        yield Hostile(f"{kind} in Turtle {words[:20]}", ("build",), _append(FACTS, fact), says=("Begin",))


def _sheet(words: str) -> Spoil:
    return _of_article(f"time odd: odd\n  earliestBegin: {words}\n")


def _of_article(sheet: str) -> Spoil:
    """An article with a text of one sentence, and *sheet* for its coding."""

    def spoil(folder: Path) -> None:
        layout = (
            'sha256 = "0"\npublication = "https://w3id.org/stancegraph/id/pub/new"\nfirst_section = "Intro"\n[lines]\n'
        )
        _write("data/articles/new/layout.toml", layout + "title = [1]\n")(folder)
        passages = to_turtle("A title\n\nOne.\n", Layout.parse(layout + "title = [1]\n", folder), "new")
        _write("data/articles/new/passages.ttl", passages)(folder)
        _write("data/articles/new/coding.txt", sheet)(folder)

    return spoil


def _shapes() -> Iterator[Hostile]:
    cases = {
        "bad regular expression": ':H a sh:NodeShape ; sh:targetClass sg:State ; sh:property :HP .\n:HP sh:path rdfs:label ; sh:pattern "(" .',
        "bad select": ':H a sh:NodeShape ; sh:targetClass sg:State ; sh:sparql [ sh:select "SELECT nonsense" ] .',
        "select that is a number": ":H a sh:NodeShape ; sh:targetClass sg:State ; sh:sparql [ sh:select 5 ] .",
        "no select": ':H a sh:NodeShape ; sh:targetClass sg:State ; sh:sparql [ sh:message "x" ] .',
        "count that is no number": ':H a sh:NodeShape ; sh:targetClass sg:State ; sh:property :HP .\n:HP sh:path rdfs:label ; sh:minCount "x" .',
        "negative count": ":H a sh:NodeShape ; sh:targetClass sg:State ; sh:property :HP .\n:HP sh:path rdfs:label ; sh:maxCount -1 .",
        "shape of itself": ":H a sh:NodeShape ; sh:targetClass sg:State ; sh:node :H .",
        "shapes in a circle": ":H a sh:NodeShape ; sh:targetClass sg:State ; sh:not :I .\n:I a sh:NodeShape ; sh:or ( :H ) .",
        "unknown constraint": ":H a sh:NodeShape ; sh:targetClass sg:State ; sh:property :HP .\n:HP sh:path rdfs:label ; sh:minCuont 1 .",
        "list that loops": ":H a sh:NodeShape ; sh:targetClass sg:State ; sh:or _:l .\n"
        "_:l <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> :I ; <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:l .\n"
        ":I a sh:NodeShape .",
        "list that is none": ":H a sh:NodeShape ; sh:targetClass sg:State ; sh:in 5 .",
        "path that is a string": ':H a sh:NodeShape ; sh:targetClass sg:State ; sh:property [ sh:path "x" ; sh:minCount 1 ] .',
        "no path": ":H a sh:NodeShape ; sh:targetClass sg:State ; sh:property [ sh:minCount 1 ] .",
        "class that is a string": ':H a sh:NodeShape ; sh:targetClass "State" ; sh:nodeKind sh:IRI .',
        "not Turtle": ":H a sh:NodeShape ; ; ;; sh:targetClass",
        "flag that is none": ':H a sh:NodeShape ; sh:targetClass sg:State ; sh:property [ sh:path rdfs:label ; sh:pattern "a" ; sh:flags "y" ] .',
        "deactivated by a word": ':H a sh:NodeShape ; sh:targetClass sg:State ; sh:deactivated "perhaps" .',
        "nested too deeply": ":H a sh:NodeShape ; sh:targetClass sg:State ; sh:not " + "[ sh:not " * 150 + "[]" + " ]" * 150 + " .",
        "nested beyond the parser": ":H a sh:NodeShape ; sh:not " + "[ sh:not " * 5_000 + "[]" + " ]" * 5_000 + " .",
        "bound of no literal": ":H a sh:NodeShape ; sh:targetClass sg:State ; sh:property [ sh:path rdfs:label ; sh:minInclusive sg:State ] .",
    }  # fmt: skip
    for name, words in cases.items():
        for command in ("validate", "build"):
            yield Hostile(f"{command}, shape: {name}", (command,), _shape(words + "\n"), frozenset({1, 3}),
                          ("hostile.ttl",), step_seconds=5)  # fmt: skip


def _rules() -> Iterator[Hostile]:
    explodes = (
        "CONSTRUCT { ?a <urn:x> ?d } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . FILTER(?a = ?l && ?d = ?i) }\n"
    )
    yield Hostile("rule that explodes", ("build",), _write("queries/build/owl-rl/hostile.rq", explodes),
                  frozenset({3}), ("hostile", "longer than"), 3)  # fmt: skip
    yield Hostile("step that explodes", ("build",), _write("queries/build/99-hostile.rq", explodes),
                  frozenset({3}), ("hostile", "longer than"), 3)  # fmt: skip
    slow = "SELECT ?subject WHERE { ?subject ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . FILTER(?c = ?l && ?f = ?i && ?d = ?k) }\n"
    header = "#+ title: t\n#+ description: d\n#+ severity: warning\n#+ problem: p\n#+ remedy: r\n"
    yield Hostile("check that explodes", ("validate",), _check(header, slow), frozenset({3}), ("hostile", "longer"), 3)
    pattern = ':H a sh:NodeShape ; sh:targetClass sg:Actor ; sh:property :HP .\n:HP sh:path rdfs:comment ; sh:pattern "^(a+)+$" .\n'

    def hang(folder: Path) -> None:
        _shape(pattern)(folder)
        _append(FACTS, f'\n:Ruritania rdfs:comment "{"a" * 60}!" .\n')(folder)

    yield Hostile("pattern that hangs", ("validate",), hang, frozenset({3}), ("shape/H", "longer than"), 3)
    yield Hostile("rule that is no query", ("build",), _write("queries/build/owl-rl/hostile.rq", "CONSTRUCT {"),
                  says=("hostile.rq", "SPARQL"))  # fmt: skip
    yield Hostile(
        "rule that asks", ("build",), _write("queries/build/owl-rl/hostile.rq", "ASK {}"), says=("CONSTRUCT",)
    )
    yield Hostile("check that is no query", ("validate",), _check(header, "SELECT {"), says=("hostile.rq", "SPARQL"))
    yield Hostile("check without a header", ("validate",), _check(""), says=("hostile.rq", "header"))
    for name in ("queries/build/owl-rl/hostile.rq", "queries/build/99-hostile.rq", "queries/check/hostile.rq", SHAPES):
        not_text = _bytes(name, b"# caf\xe9\nCONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c }\n")
        yield Hostile(f"bytes in {name}", ("build",), not_text, says=(Path(name).name,))
    for words in ("0", "-1", "nan", "soon"):
        yield Hostile(f"time for steps {words}", ("build", f"--step-seconds={words}"), None, frozenset({2}), ("step",))


def _headers() -> Iterator[Hostile]:
    aliases = "#+ title: &a [x, x]\n#+ description: &b [*a, *a, *a]\n" + "".join(
        f"#+ k{n}: &c{n} [{', '.join([f'*c{n - 1}' if n else '*b'] * 9)}]\n" for n in range(12)
    )
    bomb = "#+ view: {type: chart, category: [&a [x, x], &b [*a, *a], &c [*b, *b]]}\n"
    fine = "#+ title: t\n#+ description: d\n"
    cases = {
        "YAML bomb": aliases,
        "bomb in the view": fine + bomb,
        "deep YAML": fine + "#+ tags: " + "[" * 20_000 + "]" * 20_000 + "\n",
        "long YAML": fine + "#+ tags: [" + "x, " * 100_000 + "x]\n",
        "YAML that is a list": "#+ [a, b]\n",
        "YAML that is a string": "#+ hello\n",
        "YAML tag": fine + '#+ view: !!python/object/apply:os.system ["true"]\n',
        "params that are a list": fine + "#+ params: [a]\n",
        "params of numbers": fine + "#+ params: {a: 5}\n",
        "page of words": fine + "#+ page: {a: soon}\n",
        "no YAML": "#+ {{{{\n",
        "title of a list": "#+ title: [a]\n#+ description: {b: c}\n#+ tags: 5\n",
        "date as title": "#+ title: 2012-07-05\n#+ description: 9999-99-99\n",
        "infinite page": fine + "#+ page: {a: .inf}\n#+ home: .nan\n",
    }
    for name, header in cases.items():
        for call in (("queries",), ("ask", "hostile")):
            yield Hostile(f"{call[0]}, header: {name}", call, _query(header), frozenset({0, 1, 2, 3}))
        yield Hostile(f"check with header: {name}", ("validate",), _check(header), says=("hostile.rq",))


def _toml() -> Iterator[Hostile]:
    layout = "data/articles/example/layout.toml"
    call = ("article", "passages", "example", "{w}/text.txt")
    for name, words in {
        "deep array": "a = " + "[" * 5_000 + "]" * 5_000,
        "deep table": "a = " + "{a=" * 5_000 + "1" + "}" * 5_000,
        "no TOML": "= = =",
        "list of all": "[[sha256]]\n",
        "numbers": "sha256 = 1\npublication = 2\nfirst_section = 3\n[lines]\ntitle = [1]\n",
        "lines of words": 'sha256 = "a"\npublication = "b"\nfirst_section = "c"\n[lines]\ntitle = "x"\n',
        "lines of tables": 'sha256 = "a"\npublication = "b"\nfirst_section = "c"\n[lines]\ntitle = [{a = 1}]\n',
        "lines of a number": 'sha256 = "a"\npublication = "b"\nfirst_section = "c"\n[lines]\ntitle = 5\n',
        "date": "sha256 = 9999-99-99\n",
        "huge number": f"sha256 = {'9' * 5_000}\n",
        "empty": "",
    }.items():

        def spoil(folder: Path, words: str = words) -> None:
            _write(layout, words)(folder)
            _write("text.txt", "A title\n\nOne sentence.\n")(folder)

        yield Hostile(f"layout: {name}", call, spoil, says=("layout.toml",))
        yield Hostile(f"target: {name}", ("build",), _write(TARGET, words), says=("wikidata.toml",))
    for name, told in {
        "categories of numbers": "categories = 5\n",
        "categories of lists": "[categories]\nstates = 5\n",
        "classes that are numbers": "[categories]\nstates = [5]\n",
        "kinds of lists": 'kinds = ["a"]\n',
        "interval of words": 'interval = "soon"\n',
        "interval of a list": "interval = []\n",
        "queries of a number": "queries = 5\n",
        "bad identifier": None,
    }.items():

        def alter(folder: Path, words: str | None = told) -> None:
            path = folder / TARGET
            texts = 'title = "t"\nhome = "https://example.org/"\nlicence = "https://example.org/l"\n'
            path.write_text(texts + ('identifier = "("\n' if words is None else f'identifier = "Q1"\n{words}'))

        yield Hostile(f"target: {name}", ("build",), alter, says=("wikidata.toml",))


def _links() -> Iterator[Hostile]:
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
        yield Hostile(f"links: {name}", ("build",), _write(LINKS, words), says=("wikidata.sssom.tsv",))


def _turtle() -> Iterator[Hostile]:
    prefixes = "@prefix : <https://w3id.org/stancegraph/id/example/> .\n"
    huge = 50_000_000
    for name, words in {
        "literal of 50 MB": lambda: f'\n:Ruritania rdfs:comment "{"a" * huge}"@en .\n',
        "IRI of 50 MB": lambda: f"\n:Ruritania rdfs:seeAlso <https://example.org/{'a' * huge}> .\n",
    }.items():

        def spoil(folder: Path, words: Callable[[], str] = words) -> None:
            _append(FACTS, words())(folder)

        yield Hostile(name, ("build",), spoil, frozenset({0, 1, 3}))
    for name, text in {
        "5,000 nested lists": prefixes + ":a :b " + "(" * 5_000 + ")" * 5_000 + " .",
        "100,000 nested nodes": prefixes + ":a :b " + "[ :b " * 100_000 + "]" * 100_000 + " .",
        "brackets only": "[" * 1_000_000,
        "quoted triples": prefixes + "<<" * 5_000,
        "quotes": '"' * 100_000,
        "unclosed string": prefixes + ':a :b """' + "\\" * 100_001,
        "no IRI": prefixes + ":a :b <a b> .",
        "prefix that is unknown": "nothing:a nothing:b nothing:c .",
        "surrogates": prefixes + ':a :b "\\uD800" .',
        "N3 rules": "{ ?a ?b ?c } => { ?a ?b ?c } .",
    }.items():
        yield Hostile(f"Turtle: {name}", ("build",), _write(FACTS, text), says=("facts.ttl",))
        yield Hostile(
            f"ontology: {name}", ("build",), _write("ontology/stancegraph.ttl", text), says=("stancegraph.ttl",)
        )

    def poison(folder: Path) -> None:
        """Blank nodes that are all alike and all linked, whose canonical names take a factorial of steps."""
        links = "".join(f"_:n{a} <urn:p> _:n{b} .\n" for a in range(14) for b in range(14) if a != b)
        _append("ontology/alignments.ttl", "\n" + links)(folder)

    yield Hostile("poison graph", ("build",), poison, frozenset({0, 1, 3}), step_seconds=5)
    chain = "\n<urn:a> <urn:b> (" + "[] " * 5_000 + ") .\n"
    yield Hostile("list of 5,000 nodes", ("build",), _append("ontology/alignments.ttl", chain), says=("blank nodes",))


def _arguments() -> Iterator[Hostile]:
    bytes_ = os.fsdecode(b"caf\xe9")
    for call in (("ask", bytes_), ("ask", "stances-of-actor", "--actor", bytes_), ("show", bytes_),
                 ("entity", "merge", bytes_, "x"), ("sparql", bytes_), ("sparql", "-f", bytes_), ("article", "show", bytes_),
                 ("export", "--format", bytes_), ("diff", bytes_), ("validate", bytes_), ("init", bytes_),
                 ("link", "list", bytes_), ("link", "review", bytes_, "--reviewer", bytes_), ("build", bytes_),
                 ("ontology", "rename", bytes_, bytes_), ("agree", bytes_, bytes_), ("publish", bytes_), (bytes_,),
                 ("serve", bytes_), ("queries", bytes_)):  # fmt: skip
        yield Hostile(f"bytes to {' '.join(call[:2])!a}", call, None, frozenset({2}), ("UTF-8",))
    escape = "\x1b]0;pwn\x07\u202e"
    for call in (("ask", escape), ("show", escape), ("sparql", escape), (escape,), ("ask", "events-over-time", f"--{escape}", "x"),
                 ("diff", escape), ("article", "show", escape), ("export", "--format", "csv", "--table", escape),
                 ("export", "--format", "ttl", "--graph", escape), ("entity", "merge", escape, escape)):  # fmt: skip
        yield Hostile(
            f"orders to {' '.join(call[:-1])[:40]!a} {len(call)} {call[0][:5]!a}{call[2:3]!a}"[:90],
            call,
            None,
            frozenset({2, 3}),
        )
    odd: list[tuple[tuple[str, ...], set[int]]] = [(("sparql", "x" * 100_000), {2}), (("show", "\n" * 1_000), {2}), (("ask", "A" * 100_000), {2}),
                         (("sparql", "-f", "/dev/null"), {2}), (("diff", "{w}/none.nq"), {1, 2}),
                         (("ask", "stances-of-actor", "--limit", "9" * 5_000, "--actor", "China"), {2})]  # fmt: skip
    for called, status in odd:
        yield Hostile(f"odd call {called[0]} {called[-1][:12]!r}", called, None, frozenset(status))


def _texts() -> Iterator[Hostile]:
    size = 200_000
    for name, piece in {
        "quotes": '"', "opening quotes": "“", "closing quotes": "”", "brackets": "(", "square brackets": "[",
        "apostrophes": "'", "said": "said ", "names and said": 'Syldavia said "', "He said": "He said ",
        "citations": "(Xinhua, July 5; ", "May": "May ", "late": "late ", "digits": "1", "capitals": "A ",
        "of": "of Syldavia ", "stars": "*", "angles": "<", "ampersands": "&", "bars": "|a", "backticks": "`",
        "addresses": "http://a", "links": "[a](", "images": "![", "underscores": "_a", "tildes": "~",
    }.items():  # fmt: skip
        for suffix in ("txt", "md", "html"):
            words = f"A title\n\n{piece * (size // len(piece))}\n"
            yield Hostile(f"draft of {name} in {suffix}", ("article", "new", f"{{w}}/text.{suffix}", "--id", "new"),
                          _write(f"text.{suffix}", words), frozenset({0, 1, 2, 3}))  # fmt: skip
        sheet = (
            f"@ intro-1-1\nsays x: Report {piece * (size // len(piece))}\n  stance a: {piece * (size // len(piece))}\n"
            + (f"    holder: {piece * (size // len(piece))}\n")
        )
        yield Hostile(f"sheet of {name}", ("article", "check", "new"), _of_article(sheet), frozenset({0, 1}))


def cases() -> dict[str, Hostile]:
    """All cases, by name."""
    found: dict[str, Hostile] = {}
    for part in (_dates, _shapes, _rules, _headers, _toml, _links, _turtle, _arguments, _texts):
        for one in part():
            assert one.name not in found, one.name
            found[one.name] = one
    return found
