"""The terminal shows data and never obeys it: no label, question or error is an order."""

from __future__ import annotations

import io
import random
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from pyoxigraph import Literal

from stancegraph.cli import main as cli
from stancegraph.errors import DataError
from stancegraph.pipeline import building
from stancegraph.terminal import guarded, visible
from stancegraph.workspace.folders import Workspace
from stancegraph.workspace.scaffold import create_workspace
from tests.conftest import ROOT

ORDERS = [*range(10), *range(11, 32), *range(0x7F, 0xA0), 0x200E, 0x200F, 0x2028, *range(0x202A, 0x202F)]
ORDERS += range(0x2066, 0x206A)
RICH = re.compile(r"\x1b\[[0-9;]*m|\x1b\[\?25[lh]|\r?\x1b\[(?:2K|1A)|\r(?=\x1b|$)")
RURITANIA = "https://w3id.org/stancegraph/id/example/Ruritania"
HOSTILE = "\x1b]0;pwn\x07 \x1b[2J\x1b[31m \u202ereversed \u2066 \x9b1A \x7f red[bold]bold[/bold][/nothing]"


class Terminal(io.TextIOWrapper):
    """A stream that says it is a terminal, and keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def isatty(self) -> bool:
        """It says so."""
        return True

    def shown(self) -> str:
        """What a person would be sent."""
        self.flush()
        return self.buffer.getvalue().decode("utf-8")  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run the program on a terminal, and give all that it sends there."""

    def go(*arguments: str) -> str:
        out, err = Terminal(), Terminal()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            patch.setattr(sys, "stdin", io.StringIO("s\nq\n"))
            patch.setattr(sys, "argv", ["stancegraph", *arguments])
            with suppress(SystemExit):
                cli.main()
        return out.shown() + err.shown()

    return go


def orders(shown: str) -> set[str]:
    """The control characters in what is *shown*, but for the ends of lines, colours, and how Rich shows progress."""
    return set(RICH.sub("", shown)) & set(map(chr, ORDERS))


def labelled(folder: Path, label: str) -> Path:
    """A workspace whose Ruritania is called *label*, built and published, with the snapshot before that."""
    create_workspace(folder)
    space = Workspace(folder)
    assert building.build(space).published
    facts = folder / "data" / "articles" / "example" / "facts.ttl"
    text = facts.read_text(encoding="utf-8").replace('"Ruritania"@en', f"{Literal(label)}@en")
    facts.write_text(text, encoding="utf-8")
    done = building.build(space)
    assert done.published, done.findings
    return folder


@pytest.mark.long
def test_no_command_sends_orders_of_the_data(
    typed: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STANCEGRAPH_SNAPSHOTS")
    monkeypatch.setenv("TERM", "xterm-256color")
    space = labelled(tmp_path / "w", HOSTILE)
    candidate = f"actor:A\t{HOSTILE}\tschema:sameAs\twikidata:Q1\t{HOSTILE}\tsemapv:ManualMappingCuration"
    links = space / "data" / "links" / "wikidata.sssom.tsv"
    lines = [line for line in links.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    columns = "subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\tmapping_justification"
    links.write_text("\n".join([*lines, columns, candidate.replace("\x9b", "").replace("\x7f", "")]), encoding="utf-8")
    old, new = sorted(path.name for path in (space / ".stancegraph").glob("*") if (path / "manifest.json").is_file())
    select = "SELECT ?label WHERE { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label } ORDER BY ?label"
    calls = [
        *([["show", RURITANIA, "--format", name] for name in ("table", "ttl")]),
        *([["sparql", select, "--format", name] for name in ("table", "csv", "tsv", "json", "xml", "md")]),
        *([["diff", old, new, "--format", name] for name in ("text", "md", "json")]),
        *([["export", "--format", name] for name in ("ttl", "nt", "trig", "rdfxml", "jsonld", "graphml")]),
        ["export", "--format", "csv", "--table", "stances"],
        ["show", HOSTILE],
        ["ask", HOSTILE],
        ["ask", "stances-of-actor", "--actor", HOSTILE],
        ["ask", "stances-of-actor", "--actor", "Strelsau", "--evidence"],
        ["sparql", HOSTILE],
        [f"--{HOSTILE}"],
        ["diff", HOSTILE],
        ["link", "list"],
        ["link", "list", "--format", "json"],
        ["link", "review", "wikidata", "--reviewer", "R"],
        ["validate"],
        ["build"],
    ]
    heard = 0
    for call in calls:
        shown = typed("--workspace", str(space), *call)
        assert not orders(shown), (call, shown)
        heard += "\\u001b" in shown.lower()
    assert heard > 15


def test_any_text_is_made_visible_and_can_be_read_back() -> None:
    chance = random.Random(1)
    for _ in range(2_000):
        points = [*ORDERS, 10, 65, 0x4E2D, 0x1F600, chance.randrange(0xD7FF)]
        text = "".join(chr(chance.choice(points)) for _ in range(20))
        shown = visible(text)
        assert not orders(shown)
        assert re.sub(r"\\u([0-9a-f]{4})", lambda one: chr(int(one[1], 16)), shown) == text


def test_an_error_shows_what_it_quotes() -> None:
    told = str(DataError(f"no {HOSTILE}", file=Path(HOSTILE), subject=HOSTILE, remedy=HOSTILE))
    assert not orders(told)
    assert "\\u001b" in told


def test_what_is_piped_is_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.StringIO()
    monkeypatch.setattr(sys, "stdout", file)
    with guarded():
        print(HOSTILE)
    assert file.getvalue() == f"{HOSTILE}\n"


def test_a_guard_may_outlive_its_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    stream = Terminal(io.BytesIO())
    monkeypatch.setattr(sys, "stdout", stream)
    with guarded():
        guard = sys.stdout
    assert guard is not stream
    stream.close()
    guard.close()  # as the collector does


def test_nothing_prints_past_the_guard() -> None:
    """Rich's consoles and texts are made in one module, which makes data visible."""
    seen = 0
    for path in sorted((ROOT / "src").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        seen += 1
        if path.name != "terminal.py":
            assert not re.search(r"rich\.(console|text) import|__stdout__|__stderr__|os\.write\([12],", text), path
    assert seen > 150
