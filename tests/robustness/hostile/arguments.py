"""Hostile arguments, and texts and sheets that make parsers slow."""

# ruff: noqa: E501 (a case is a line)
from __future__ import annotations

import os
from collections.abc import Iterator

from tests.robustness.hostile.case import (
    Hostile,
    write_article,
    write_text,
)


def arguments() -> Iterator[Hostile]:
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


def texts() -> Iterator[Hostile]:
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
                          write_text(f"text.{suffix}", words), frozenset({0, 1, 2, 3}))  # fmt: skip
        sheet = (
            f"@ intro-1-1\nsays x: Report {piece * (size // len(piece))}\n  stance a: {piece * (size // len(piece))}\n"
            + (f"    holder: {piece * (size // len(piece))}\n")
        )
        yield Hostile(f"sheet of {name}", ("article", "check", "new"), write_article(sheet), frozenset({0, 1}))
