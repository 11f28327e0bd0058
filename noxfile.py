"""The daily commands, each in an environment of its own: ``nox -l`` lists them, ``nox -s 'tests(3.12)'`` runs one.

The versions are those that ``constraints.txt`` pins. An environment is made once, and brought up to date by each run;
``nox -R`` leaves that out.
"""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
from pathlib import Path

import nox

MINORS = ("3.11", "3.12", "3.13", "3.14")
"""Every minor version of Python that is supported."""
EVERYTHING = "dev,ontology,browser,link"

nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "venv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["lint", "types", "tests"]


def interpreters() -> list[str]:
    """Return a Python of this machine for each supported minor version that it has, the oldest first.

    They are looked for on the path and in pyenv's folder. A program of pyenv's that only says that the version is not
    selected does not count.
    """
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    chosen = []
    for minor in MINORS:
        candidates = [shutil.which(f"python{minor}"), *sorted(glob.glob(f"{versions}/{minor}.*/bin/python{minor}"))]
        working = next((path for path in candidates if path is not None and _runs(path)), None)
        if working is not None:
            chosen.append(working)
    return chosen


def _runs(path: str) -> bool:
    code = "import sys, venv, ensurepip; print(sys.version_info[:2])"
    return subprocess.run([path, "-c", code], capture_output=True, check=False).returncode == 0


def _install(session: nox.Session, extras: str) -> None:
    session.install("-c", "constraints.txt", "-e", f".[{extras}]")


INTERPRETERS = interpreters()


@nox.session
@nox.parametrize("python", INTERPRETERS, ids=[Path(path).name.removeprefix("python") for path in INTERPRETERS])
def tests(session: nox.Session) -> None:
    """Run the default tests, on each supported Python that this machine has."""
    _install(session, "dev")
    session.run("pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, spelling, Turtle and SPARQL: what pre-commit checks."""
    _install(session, EVERYTHING)
    session.run("pre-commit", "run", "--all-files", *session.posargs, env={"SKIP": "mypy"})


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of the program and of its tests."""
    _install(session, EVERYTHING)
    session.run("mypy", *session.posargs)


@nox.session
def long(session: nox.Session) -> None:
    """Run what needs Java and what takes long: Protégé, reasoners, real servers, crashes, a browser."""
    _install(session, EVERYTHING)
    session.run("pytest", "-m", "java or long", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """Run the default tests, and print what they do not reach."""
    _install(session, "dev")
    session.run("pytest", "--cov", "--cov-report", "term-missing:skip-covered", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation; a link that leads nowhere is an error."""
    _install(session, "docs")
    session.run("mkdocs", "build", "--strict", *session.posargs)


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Print what things take, in ratios to peers that are measured in the same run."""
    _install(session, "dev")
    session.run("python", "-m", "benchmarks", *session.posargs)
