"""Hostile definitions: shapes, rules and checks, headers of queries, layouts and targets in TOML."""

# ruff: noqa: E501 (a case is a line)
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.robustness.hostile.case import (
    FACTS,
    SHAPES,
    TARGET,
    Hostile,
    append_text,
    write_bytes,
    write_check,
    write_query,
    write_shape,
    write_text,
)


def shapes() -> Iterator[Hostile]:
    cases = {
        "bad regular expression": ':H a sh:NodeShape ; sh:targetClass sg:State ; sh:property :HP .\n:HP sh:path rdfs:label ; sh:pattern "(" .',
        "bad select": ':H a sh:NodeShape ; sh:targetClass sg:State ; sh:sparql [ sh:select "SELECT nonsense" ] .',
        "select that is a number": ":H a sh:NodeShape ; sh:targetClass sg:State ; sh:sparql [ sh:select 5 ] .",
        "no select": ':H a sh:NodeShape ; sh:targetClass sg:State ; sh:sparql [ sh:message "x" ] .',
        "count that is not a number": ':H a sh:NodeShape ; sh:targetClass sg:State ; sh:property :HP .\n:HP sh:path rdfs:label ; sh:minCount "x" .',
        "negative count": ":H a sh:NodeShape ; sh:targetClass sg:State ; sh:property :HP .\n:HP sh:path rdfs:label ; sh:maxCount -1 .",
        "shape of itself": ":H a sh:NodeShape ; sh:targetClass sg:State ; sh:node :H .",
        "shapes in a circle": ":H a sh:NodeShape ; sh:targetClass sg:State ; sh:not :I .\n:I a sh:NodeShape ; sh:or ( :H ) .",
        "unknown constraint": ":H a sh:NodeShape ; sh:targetClass sg:State ; sh:property :HP .\n:HP sh:path rdfs:label ; sh:minCuont 1 .",
        "list that loops": ":H a sh:NodeShape ; sh:targetClass sg:State ; sh:or _:l .\n"
        "_:l <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> :I ; <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:l .\n"
        ":I a sh:NodeShape .",
        "list that is not one": ":H a sh:NodeShape ; sh:targetClass sg:State ; sh:in 5 .",
        "path that is a string": ':H a sh:NodeShape ; sh:targetClass sg:State ; sh:property [ sh:path "x" ; sh:minCount 1 ] .',
        "no path": ":H a sh:NodeShape ; sh:targetClass sg:State ; sh:property [ sh:minCount 1 ] .",
        "class that is a string": ':H a sh:NodeShape ; sh:targetClass "State" ; sh:nodeKind sh:IRI .',
        "not Turtle": ":H a sh:NodeShape ; ; ;; sh:targetClass",
        "flag that is not one": ':H a sh:NodeShape ; sh:targetClass sg:State ; sh:property [ sh:path rdfs:label ; sh:pattern "a" ; sh:flags "y" ] .',
        "deactivated by a word": ':H a sh:NodeShape ; sh:targetClass sg:State ; sh:deactivated "perhaps" .',
        "nested too deeply": ":H a sh:NodeShape ; sh:targetClass sg:State ; sh:not " + "[ sh:not " * 150 + "[]" + " ]" * 150 + " .",
        "nested beyond the parser": ":H a sh:NodeShape ; sh:not " + "[ sh:not " * 5_000 + "[]" + " ]" * 5_000 + " .",
        "bound of no literal": ":H a sh:NodeShape ; sh:targetClass sg:State ; sh:property [ sh:path rdfs:label ; sh:minInclusive sg:State ] .",
    }  # fmt: skip
    for name, words in cases.items():
        for command in ("validate", "build"):
            yield Hostile(f"{command}, shape: {name}", (command,), write_shape(words + "\n"), frozenset({1, 3}),
                          ("hostile.ttl",), step_seconds=5)  # fmt: skip


def rules() -> Iterator[Hostile]:
    explodes = (
        "CONSTRUCT { ?a <urn:x> ?d } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . FILTER(?a = ?l && ?d = ?i) }\n"
    )
    yield Hostile("rule that explodes", ("build",), write_text("queries/build/owl-rl/hostile.rq", explodes),
                  frozenset({3}), ("hostile", "longer than"), 3)  # fmt: skip
    yield Hostile("step that explodes", ("build",), write_text("queries/build/99-hostile.rq", explodes),
                  frozenset({3}), ("hostile", "longer than"), 3)  # fmt: skip
    slow = "SELECT ?subject WHERE { ?subject ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . FILTER(?c = ?l && ?f = ?i && ?d = ?k) }\n"
    header = "#+ title: t\n#+ description: d\n#+ severity: warning\n#+ problem: p\n#+ remedy: r\n"
    yield Hostile(
        "check that explodes", ("validate",), write_check(header, slow), frozenset({3}), ("hostile", "longer"), 3
    )
    pattern = ':H a sh:NodeShape ; sh:targetClass sg:Actor ; sh:property :HP .\n:HP sh:path rdfs:comment ; sh:pattern "^(a+)+$" .\n'

    def hang(folder: Path) -> None:
        write_shape(pattern)(folder)
        append_text(FACTS, f'\n:Ruritania rdfs:comment "{"a" * 60}!" .\n')(folder)

    yield Hostile("pattern that hangs", ("validate",), hang, frozenset({3}), ("shape/H", "longer than"), 3)
    yield Hostile("rule that is not a query", ("build",), write_text("queries/build/owl-rl/hostile.rq", "CONSTRUCT {"),
                  says=("hostile.rq", "SPARQL"))  # fmt: skip
    yield Hostile(
        "rule that asks", ("build",), write_text("queries/build/owl-rl/hostile.rq", "ASK {}"), says=("CONSTRUCT",)
    )
    yield Hostile(
        "check that is not a query", ("validate",), write_check(header, "SELECT {"), says=("hostile.rq", "SPARQL")
    )
    yield Hostile("check without a header", ("validate",), write_check(""), says=("hostile.rq", "header"))
    for name in ("queries/build/owl-rl/hostile.rq", "queries/build/99-hostile.rq", "queries/check/hostile.rq", SHAPES):
        not_text = write_bytes(name, b"# caf\xe9\nCONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c }\n")
        yield Hostile(f"bytes in {name}", ("build",), not_text, says=(Path(name).name,))
    for words in ("0", "-1", "nan", "soon"):
        yield Hostile(f"time for steps {words}", ("build", f"--step-seconds={words}"), None, frozenset({2}), ("step",))


def headers() -> Iterator[Hostile]:
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
        "not YAML": "#+ {{{{\n",
        "title of a list": "#+ title: [a]\n#+ description: {b: c}\n#+ tags: 5\n",
        "date as title": "#+ title: 2012-07-05\n#+ description: 9999-99-99\n",
        "infinite page": fine + "#+ page: {a: .inf}\n#+ home: .nan\n",
    }
    for name, header in cases.items():
        for call in (("queries",), ("ask", "hostile")):
            yield Hostile(f"{call[0]}, header: {name}", call, write_query(header), frozenset({0, 1, 2, 3}))
        yield Hostile(f"check with header: {name}", ("validate",), write_check(header), says=("hostile.rq",))


def toml() -> Iterator[Hostile]:
    layout = "data/articles/example/layout.toml"
    call = ("article", "passages", "example", "{w}/text.txt")
    for name, words in {
        "deep array": "a = " + "[" * 5_000 + "]" * 5_000,
        "deep table": "a = " + "{a=" * 5_000 + "1" + "}" * 5_000,
        "not TOML": "= = =",
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
            write_text(layout, words)(folder)
            write_text("text.txt", "A title\n\nOne sentence.\n")(folder)

        yield Hostile(f"layout: {name}", call, spoil, says=("layout.toml",))
        yield Hostile(f"target: {name}", ("build",), write_text(TARGET, words), says=("wikidata.toml",))
    for name, table in {
        "categories of numbers": "categories = 5\n",
        "categories of lists": "[categories]\nstates = 5\n",
        "classes that are numbers": "[categories]\nstates = [5]\n",
        "kinds of lists": 'kinds = ["a"]\n',
        "interval of words": 'interval = "soon"\n',
        "interval of a list": "interval = []\n",
        "queries of a number": "queries = 5\n",
        "bad identifier": None,
    }.items():

        def alter(folder: Path, words: str | None = table) -> None:
            path = folder / TARGET
            texts = 'title = "t"\nhome = "https://example.org/"\nlicence = "https://example.org/l"\n'
            path.write_text(texts + ('identifier = "("\n' if words is None else f'identifier = "Q1"\n{words}'))

        yield Hostile(f"target: {name}", ("build",), alter, says=("wikidata.toml",))
