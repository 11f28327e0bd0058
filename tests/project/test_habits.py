"""The habits of the project are checks: hooks before a commit, messages, the changelog, one place for the version."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

import stancegraph
from tests.conftest import ROOT
from tests.project import commit_message, coverage_table, layout

BEFORE = {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
"""The environment in which the programs of the extra `dev` are found first."""


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def git(*arguments: str, cwd: Path = ROOT) -> str:
    done = subprocess.run(["git", *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("not a git checkout: it has neither history nor a list of tracked files")
    return done.stdout


HOOKS: dict[str, dict[str, Any]] = {
    hook["id"]: hook for repo in yaml.safe_load(text_of(".pre-commit-config.yaml"))["repos"] for hook in repo["hooks"]
}
SAMPLES = {
    "ruff-check": ("sample.py", "import os\n", "ANSWER = 1\n"),
    "ruff-format": ("sample.py", "ANSWER = { 'a':1 }\n", 'ANSWER = {"a": 1}\n'),
    "codespell": ("sample.md", "The goverment answers.\n", "The government answers.\n"),  # codespell:ignore
    "layout": ("sample.rq", "select ?s where { ?s ?p ?o }\n", "SELECT ?s WHERE { ?s ?p ?o }\n"),
}
"""For each hook that looks at single files: the name of a file, a text that it refuses, and one that it lets pass."""


def test_hooks_need_no_network_and_no_repository_of_others() -> None:
    config = yaml.safe_load(text_of(".pre-commit-config.yaml"))
    assert [repo["repo"] for repo in config["repos"]] == ["local"]
    assert {hook["language"] for hook in HOOKS.values()} == {"system"}
    assert set(HOOKS) == {*SAMPLES, "mypy", "commit-message", "ontology-format"}
    stages = {name: hook["stages"] for name, hook in HOOKS.items() if "stages" in hook}
    assert stages == {"commit-message": ["commit-msg"], "ontology-format": ["pre-push"]}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the hooks of this one, and what they need."""
    folder = tmp_path_factory.mktemp("checkout")
    git("init", "-q", "-b", "main", cwd=folder)
    for name in (
        ".pre-commit-config.yaml",
        "pyproject.toml",
        "tests/project/layout.py",
        "tests/project/commit_message.py",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    git("add", "-A", cwd=folder)
    return folder


def pre_commit(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **BEFORE, "PRE_COMMIT_HOME": str(checkout / ".git" / "pre-commit")}
    command = [sys.executable, "-m", "pre_commit", *arguments]
    return subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)


def test_the_configuration_of_the_hooks_is_valid(checkout: Path) -> None:
    done = pre_commit(checkout, "validate-config", ".pre-commit-config.yaml")
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("hook", SAMPLES)
def test_a_hook_refuses_what_is_wrong_and_lets_the_rest_pass(hook: str, checkout: Path) -> None:
    name, wrong, right = SAMPLES[hook]
    for text, result in ((wrong, "Failed"), (right, "Passed")):
        (checkout / name).write_text(text, encoding="utf-8")
        git("add", name, cwd=checkout)
        done = pre_commit(checkout, "run", hook, "--files", name)
        assert done.stdout.splitlines()[0].endswith(result), done.stdout
        assert (done.returncode == 0) is (result == "Passed")


def test_the_hook_of_messages_refuses_a_long_subject(checkout: Path, tmp_path: Path) -> None:
    message = tmp_path / "message"
    arguments = ("run", "commit-message", "--hook-stage", "commit-msg", "--commit-msg-filename", str(message))
    message.write_text("Say " + "much " * 20 + "\n\nBecause.\n", encoding="utf-8")
    refused = pre_commit(checkout, *arguments)
    assert "the subject has 103 characters, and at most 72 are allowed" in refused.stdout
    message.write_text("Say little\n\nBecause.\n", encoding="utf-8")
    assert pre_commit(checkout, *arguments).returncode == 0


@pytest.mark.parametrize("hook", ["mypy", "ontology-format"])
def test_the_program_of_a_hook_that_takes_long_is_there(hook: str) -> None:
    """`.ci/run` runs both over the whole."""
    program, *arguments = HOOKS[hook]["entry"].split()
    command = [*arguments[:-1], "--help"] if arguments else ["--version"]
    path = shutil.which(program, path=BEFORE["PATH"])
    assert path is not None, f"{program}: install the extra `dev`"
    assert subprocess.run([path, *command], cwd=ROOT, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(
    ("message", "number"),
    [
        ("Merge branch 'b'\n", 0),
        ("fixup! Refuse a date\n", 0),
        ("Refuse a date\n\nWhy.\n# Please enter the commit message\n", 0),
        ("Refuse a date\n# Please enter the commit message\n", 1),
        ("Refuse a date\nWhy.\n", 1),
        ("Refuses a date\n\nWhy.\n", 1),
        ("refuse a date.\n\nWhy.\n", 2),
        ("", 2),
    ],
)
def test_a_message_is_judged_by_its_form(message: str, number: int) -> None:
    assert len(commit_message.problems(message)) == number


def test_turtle_and_sparql_are_laid_out_as_the_house_has_them() -> None:
    files = layout.tracked()
    if not files:
        pytest.skip("not a git checkout: the list of tracked files is missing")
    assert len(files) > 350
    assert not [problem for path in files for problem in layout.problems(path)]


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.rq", "SELECT ?s WHERE {\n    ?s ?p ?o\n}\n", "a.rq:2: an indent of 4 spaces within a group"),
        ("a.rq", "SELECT ?s WHERE { ?s ?p 'where' } limit 1\n", "a.rq:1: limit: write keywords in capitals, LIMIT"),
        ("a.rq", "SELECT * WHERE { ?s ?p ?o }\n", "a.rq:1: SELECT *: name the variables"),
        ("a.rq", "SELECT ?s WHERE { ?s ?p }\n", "a.rq: error at "),
        ("a.rq", "ASK { SERVICE <http://127.0.0.1:1/> { ?s a ?o } }\n", None),
        ("a.ru", "DELETE WHERE { ?s ?p ?o } \n", "a.ru:1: white space at the end of the line"),
        ("a.ru", "DELETE WHERE { ?s ?p }\n", "a.ru: error at "),
        (
            "a.ttl",
            "<http://example.org/a> a <http://example.org/B> .\n\n",
            "a.ttl:2: the file must end with one newline",
        ),
        ("a.ttl", "<http://example.org/a> a\n", "a.ttl: "),
        ("a.ttl", "<http://example.org/a> a <http://example.org/B> .\n", None),
    ],
)
def test_a_fault_of_layout_is_found(name: str, text: str, problem: str | None, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = layout.problems(tmp_path / name)
    assert len(found) == (0 if problem is None else 1), found
    if problem is not None:
        assert f"/{problem}" in found[0]


def test_the_version_has_one_place_and_the_citation_agrees() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))
    assert "version" not in project["project"]
    assert project["tool"]["hatch"]["version"] == {"path": "src/stancegraph/__init__.py"}
    citation = yaml.safe_load(text_of("CITATION.cff"))
    assert citation["version"] == stancegraph.__version__
    assert not re.search(
        rf"^__version__ = (?!\"{re.escape(stancegraph.__version__)}\"$)", text_of("src/stancegraph/__init__.py"), re.M
    )


def test_the_changelog_is_by_release_and_kind() -> None:
    """In the form of Keep a Changelog; what is not released yet is cited without a day."""
    text = text_of("CHANGELOG.md")
    releases = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert releases[0] == "Unreleased"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d", release) for release in releases[1:])
    for section in text.split("\n## ")[1:]:
        kinds = re.findall(r"^### (.+)$", section, re.MULTILINE)
        order = [kind for kind in ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security") if kind in kinds]
        assert kinds == order, section.splitlines()[0]
    version, day = stancegraph.__version__, yaml.safe_load(text_of("CITATION.cff")).get("date-released")
    if day is None:
        assert f"version {version}" in text.partition("\n### ")[0]
    else:
        assert f"{version} - {day}" in releases


def test_sessions_of_nox_cover_the_daily_commands() -> None:
    done = subprocess.run([sys.executable, "-m", "nox", "--list"], cwd=ROOT, capture_output=True, text=True, check=True)
    sessions = set(re.findall(r"^[*-] (\w+)", done.stdout, re.MULTILINE))
    assert sessions == {"tests", "lint", "types", "long", "coverage", "docs", "benchmarks"}


def test_every_supported_python_is_tested_everywhere() -> None:
    """`noxfile.py` and the workflow name the same versions, from the one that pyproject.toml requires."""
    named = tuple(re.findall(r'"(3\.\d+)"', text_of("noxfile.py").partition("MINORS = (")[2].partition(")")[0]))
    workflow = yaml.safe_load(text_of(".github/workflows/ci.yml"))
    assert tuple(workflow["jobs"]["tests"]["strategy"]["matrix"]["python"]) == named
    assert tomllib.loads(text_of("pyproject.toml"))["project"]["requires-python"] == f">={named[0]}"


def test_templates_for_issues_ask_for_what_is_needed() -> None:
    forms = {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in ROOT.glob(".github/ISSUE_TEMPLATE/*")
    }
    assert set(forms) == {"bug", "config", "fact", "question"}
    for name in ("bug", "fact", "question"):
        fields = [field for field in forms[name]["body"] if field["type"] != "markdown"]
        assert {"name", "description", "body"} <= set(forms[name])
        assert len({field["id"] for field in fields}) == len(fields) > 3
        assert any(field.get("validations", {}).get("required") for field in fields)


def test_the_table_of_coverage_lists_files_that_are_hardly_reached(tmp_path: Path) -> None:
    report = tmp_path / "coverage.json"
    files = {"a.py": (10, 1), "b.py": (10, 5), "c.py": (4, 3), "empty.py": (0, 0)}
    summaries = {
        name: {
            "summary": {
                "num_statements": statements,
                "missing_lines": missing,
                "percent_covered": 100.0 if not statements else 100 * (statements - missing) / statements,
            }
        }
        for name, (statements, missing) in files.items()
    }
    totals = {"percent_covered": 62.5, "num_statements": 24}
    report.write_text(json.dumps({"files": summaries, "totals": totals}), encoding="utf-8")
    lines = coverage_table.table(report).splitlines()
    assert lines[0] == "The tests reach 62.5 % of 24 statements in 4 files; less than 80 % in 2."
    assert lines[-2:] == ["| c.py | 4 | 3 | 25 % |", "| b.py | 10 | 5 | 50 % |"]
