"""Command lines in documentation: whether each call of ``stancegraph`` has a command and options that exist."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from typer.main import get_command

from stancegraph.cli.main import app
from stancegraph.questions.stored_query import load_all
from stancegraph.workspace.folders import shipped

_ENDS = {"|", "||", "&", "&&", ";", ">", ">>", "<", "2>"}
_PLACEHOLDER = re.compile(r"[A-Z][A-Z-]+|…|\.\.\.")
_NO_COMMAND = re.compile(r"[^a-z-]")


def problems_of(text: str) -> Iterator[str]:
    """What is wrong with the command lines in *text*, one for each."""
    for line in text.replace("\\\n", " ").splitlines():
        for call in _calls(line):
            problem = _problem(call)
            if problem:
                yield f"{' '.join(call)}: {problem}"


def _calls(line: str) -> Iterator[list[str]]:
    """The words behind each ``stancegraph`` that is called in *line*, up to what ends the command."""
    match = re.match(r"\s*(?:\$ )?((?:\S+ && )*.*)", line)
    if match is None or not re.search(r"(?:^|[/ $])stancegraph ", line) or line.lstrip().startswith("#"):
        return
    try:
        words = shlex.split(match[1], comments=True)
    except ValueError:
        return
    for at, word in enumerate(words):
        before = words[at - 1] if at else "&&"
        if word.rpartition("/")[2] == "stancegraph" and (before in _ENDS or before in {"--", "$"} or at == 0):
            rest = words[at + 1 :]
            end = next((i for i, other in enumerate(rest) if other in _ENDS), len(rest))
            yield rest[:end]


def _problem(words: list[str]) -> str | None:
    """What is wrong with *words*, which stand behind ``stancegraph``."""
    command: Any = get_command(app)
    options = _options(command)
    given, rest = {}, list(words)
    asked: list[str] = []
    while rest:
        word = rest.pop(0)
        name, equals, _ = word.partition("=")
        if name.startswith("-") and name != "-":
            if name not in options:
                known = _parameters().get(asked[0], frozenset()) if command.name == "ask" and asked else None
                if known is not None and name in known | {"--help"}:
                    rest = rest[0 if equals or name == "--help" else 1 :]
                    continue
                if command.name == "ask" and (not asked or asked[0] not in _parameters()):
                    continue
                return f"no option {name}"
            if options[name] and not equals:
                rest = rest[1:]
            given[name] = True
        elif hasattr(command, "commands"):
            if word not in command.commands:
                return None if _PLACEHOLDER.fullmatch(word) or _NO_COMMAND.search(word) else f"no command {word}"
            command = command.commands[word]
            options = _options(command)
        else:
            asked.append(word)
    return None


def _options(command: Any) -> dict[str, bool]:
    """The options of *command*, and whether each takes a value."""
    found = {"--help": False}
    for parameter in command.params:
        if parameter.param_type_name == "option":
            for name in (*parameter.opts, *parameter.secondary_opts):
                found[name] = not getattr(parameter, "is_flag", False)
    return found


@cache
def _parameters() -> Mapping[str, frozenset[str]]:
    """The options for the parameters of each stored question that ships."""
    files = [path for kind in ("ask", "federated") for path in shipped().query_files(kind)]
    return {name: frozenset(p.option for p in query.parameters) for name, query in load_all(files).items()}
