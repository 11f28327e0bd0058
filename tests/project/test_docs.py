"""The documentation is true: its examples are run, its generated parts are as the program has them.

With UPDATE_DOCS=1 the output of the examples is written anew, to be read in the diff.
"""

from __future__ import annotations

import doctest
import io
import os
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from documentation.regions import pages, regenerated, regions
from stancegraph.coding import parser
from stancegraph.sparql.engine import Oxigraph
from tests.conftest import ROOT, Run
from tests.support.command_lines import problems_of

CONSOLE = re.compile(r"^```console\n\$ (?P<command>stancegraph [^\n]*)\n(?P<output>.*?)^```$", re.M | re.S)
BLOCK = re.compile(r"^(?P<indent> *)```(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=indent)```$", re.M | re.S)
INFOS = {"console", "ebnf", "ini", "json", "mermaid", "nginx", "pycon", "python", "sh", "sheet", "shell", "sparql"}
INFOS |= {"text", "toml", "ttl", "turtle", "xml", "yaml", "dockerfile", "tsv", "csv", "javascript", "html", "diff"}
PAGES = pages()
README = ROOT / "README.md"
SCRATCH = "<!-- Its steps are run in an empty folder"
"""How a page begins whose examples are not run in the checkout, but by ``test_tutorials.py``."""
TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}
RUN_HERE = [page for page, text in TEXTS.items() if not text.startswith(SCRATCH)]
EXAMPLES = [(page, match["command"]) for page in RUN_HERE for match in CONSOLE.finditer(TEXTS[page])]


def name_of(page: Path) -> str:
    """The path of *page* below the checkout."""
    return page.relative_to(ROOT).as_posix()


every_page = pytest.mark.parametrize("page", PAGES, ids=name_of)


def blocks(info: str) -> Iterator[tuple[Path, str]]:
    """The blocks of code with *info*, each with the page that it is on."""
    for page, text in TEXTS.items():
        for match in BLOCK.finditer(text):
            if match["info"].split(" ")[0] == info:
                yield page, match["text"]


def marked(page: Path, command: str) -> object:
    """An example of a *page*, marked where it needs Java."""
    marks = [pytest.mark.java] if "stancegraph ontology check" in command else []
    return pytest.param(page, command, marks=marks, id=f"{name_of(page)}-{command}")


def test_there_are_examples_on_many_pages() -> None:
    assert len(EXAMPLES) >= 10
    assert len({page for page, _ in EXAMPLES}) >= 3
    shown = [page for page, _ in blocks("console") if page in RUN_HERE]
    assert len(shown) == len(EXAMPLES), "a console block that is not run"


@pytest.mark.parametrize(("page", "command"), [marked(*example) for example in EXAMPLES])
def test_an_example_prints_what_its_page_says(
    page: Path, command: str, run: Callable[..., Run], engine: Oxigraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    done = run(*shlex.split(command)[1:], columns="110")
    printed = "\n".join(line.rstrip() for line in (done.out + done.err).splitlines()) + "\n"
    text = page.read_text(encoding="utf-8")
    if os.environ.get("UPDATE_DOCS"):
        text = CONSOLE.sub(
            lambda m: f"```console\n$ {command}\n{printed}```" if m["command"] == command else m[0], text
        )
        page.write_text(text, encoding="utf-8")
    outputs = {match["output"] for match in CONSOLE.finditer(text) if match["command"] == command}
    assert outputs == {printed}


@pytest.mark.parametrize("page", sorted({page for page, _ in blocks("python") if page in RUN_HERE}), ids=name_of)
def test_the_python_of_a_page_runs(
    page: Path, engine: Oxigraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its blocks run one after the other, away from the checkout; the snapshot is published by *engine*."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for where, block in blocks("python"):
        if where == page:
            exec(compile(block, page.name, "exec"), names)
    assert len(names) > 1


@pytest.mark.java
@pytest.mark.parametrize(("page", "block"), list(blocks("pycon")))
def test_a_session_says_what_its_page_says(page: Path, block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    session = doctest.DocTestParser().get_doctest(block, {}, page.name, str(page), 0)
    output = io.StringIO()
    assert session.examples
    assert doctest.DocTestRunner().run(session, out=output.write).failed == 0, output.getvalue()


@pytest.mark.parametrize(("page", "block"), list(blocks("sheet")))
def test_a_coding_sheet_is_one(page: Path, block: str) -> None:
    sheet = parser.parse(block)
    assert not sheet.problems
    assert sheet.items


@every_page
def test_every_command_line_is_one(page: Path) -> None:
    """What cannot be run here, such as a server, has a command and options that exist."""
    text = TEXTS[page]
    wrong = [problem for match in BLOCK.finditer(text) for problem in problems_of(match["text"])]
    wrong += [problem for line in re.findall(r"`(stancegraph [^`]+)`", text) for problem in problems_of(line)]
    assert not wrong


@every_page
def test_every_block_of_code_says_what_it_is(page: Path) -> None:
    infos = {match["info"].split(" ")[0] for match in BLOCK.finditer(TEXTS[page])}
    assert infos <= INFOS


@every_page
def test_what_is_generated_is_as_the_program_has_it(page: Path) -> None:
    text = TEXTS[page]
    assert regenerated(text) == text, "run python -m documentation"
    assert text.count("<!-- generated:") == text.count("<!-- end -->")
    assert text.count("<!-- generated:") == sum(region.path == page for region in regions())


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"], ids=name_of)
def test_every_path_that_is_named_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    folders = "ontology|data|queries|src|tests|benchmarks|evaluation|documentation|docs"
    named = {path for path in re.findall(rf"`((?:{folders})/[\w./-]*)`", text) if not re.search("[A-Z]{3}", path)}
    if text.startswith(SCRATCH):  # its files are those of a workspace that the reader makes
        named = {path for path in named if not path.startswith(("ontology", "data", "queries"))}
    missing = [path for path in sorted(named) if not (ROOT / path).exists() and not path.startswith("data/enrichment")]
    targets = re.findall(r"\]\((?![a-z]+:|#)([^)#]+)", BLOCK.sub("", text))
    missing += [target for target in targets if not (page.parent / target).exists()]
    assert not missing


def test_the_readme_is_short_and_has_what_a_newcomer_needs() -> None:
    text = README.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 200
    lines = re.findall(r"^python3 -m venv .*$", text, re.MULTILINE)
    assert len(lines) == 2
    assert lines[0].endswith("ask conditions --evidence")
    assert lines[1].endswith(".venv/bin/pytest")
    (picture,) = [block for page, block in blocks("mermaid") if page == README]
    assert "accDescr" in picture
    assert sum(page == README for page, _ in EXAMPLES) == 3
    (python,) = [block for page, block in blocks("python") if page == README]
    assert len([line for line in python.splitlines() if line]) == 5


def test_the_changelog_knows_the_version() -> None:
    import stancegraph

    assert f"## {stancegraph.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"version: {stancegraph.__version__}" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f'version = "{stancegraph.__version__}"' in Path(ROOT / "pyproject.toml").read_text(encoding="utf-8")
