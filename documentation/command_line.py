"""The reference of the command line, from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from documentation.markdown import code, plain, table
from stancegraph.cli.main import app

_GIVEN_BY_ALL = {"help"}


def every_command() -> Iterator[tuple[str, Any]]:
    """Each command with its words behind ``stancegraph``, in the order of the help: ``article new``."""

    def within(group: Any, words: str) -> Iterator[tuple[str, Any]]:
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                yield from within(command, f"{words}{name} ")
            else:
                yield f"{words}{name}", command

    yield from within(get_command(app), "")


def commands() -> str:
    """All commands, each with what it does in a sentence."""
    rows = [
        (f"[`{name}`](#stancegraph-{name.replace(' ', '-')})", plain(summary(command).partition(". ")[0].rstrip(".")))
        for name, command in every_command()
    ]
    return table(["command", "does"], rows)


def command(name: str) -> str:
    """What a command does, how it is called, and its arguments and options.

    Raises:
        KeyError: There is no command of this *name*.
    """
    found = dict(every_command())[name]
    arguments = [parameter for parameter in found.params if parameter.param_type_name == "argument"]
    options = [parameter for parameter in found.params if parameter.param_type_name == "option"]
    parts = [plain(summary(found)), f"```text\n{usage(name, arguments, options)}\n```"]
    described = [argument for argument in arguments if getattr(argument, "help", None)]
    if described:
        parts.append(table(["argument", "meaning"], ((code(_placeholder(a)), plain(a.help)) for a in described)))
    if options:
        parts.append(options_table(options))
    return "\n\n".join(parts)


def global_options() -> str:
    """The options that stand before the command."""
    return options_table(get_command(app).params)


def summary(found: Any) -> str:
    """What the help says of a command, in one line."""
    return " ".join((found.help or "").split())


def usage(name: str, arguments: list[Any], options: list[Any]) -> str:
    """How a command is called, with the options that it needs."""
    words = ["stancegraph", name]
    for argument in arguments:
        word = _placeholder(argument) + (" ..." if argument.nargs == -1 else "")
        words.append(word if argument.required else f"[{word}]")
    words += [f"{option.opts[-1]} {_placeholder(option)}" for option in options if option.required]
    return " ".join([*words, "[OPTIONS]"] if any(not option.required for option in options) else words)


def options_table(options: list[Any]) -> str:
    """The *options* of a command, with what they take and what holds without them."""
    rows = [(_spelling(option), plain(_meaning(option)), _default(option)) for option in options]
    return table(["option", "meaning", "default"], rows)


def _spelling(option: Any) -> str:
    names = [code(" ".join(filter(None, (name, _placeholder(option))))) for name in option.opts]
    return " or ".join([*names, *map(code, option.secondary_opts)])


def _placeholder(parameter: Any) -> str:
    """What stands for a value in the usage: nothing for a flag."""
    if getattr(parameter, "is_flag", False):
        return ""
    choices = getattr(parameter.type, "choices", None)
    if choices is not None:
        return "|".join(str(getattr(choice, "value", choice)) for choice in choices)
    if parameter.param_type_name == "argument":
        return (parameter.metavar or parameter.name or "").upper()
    if parameter.metavar:
        return str(parameter.metavar)
    kind = type(parameter.type).__name__
    return "NUMBER" if kind.startswith(("Int", "Float")) else "PATH" if "Path" in kind else "TEXT"


def _meaning(option: Any) -> str:
    words = option.help or ""
    if getattr(option, "multiple", False) and "repeat" not in words:
        words += " Repeatable."
    bounds = [getattr(option.type, name, None) for name in ("min", "max")]
    if bounds[0] is not None:
        words += f" At least {bounds[0]:g}" + (f", at most {bounds[1]:g}." if bounds[1] is not None else ".")
    return words


def _default(option: Any) -> str:
    if option.required:
        return "required"
    default = option.default
    if getattr(option, "is_flag", False):
        return code(option.opts[-1]) if default and option.secondary_opts else ""
    return "" if default in (None, (), []) or callable(default) else code(str(getattr(default, "value", default)))
