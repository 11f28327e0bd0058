"""The command line: a command for each module of `stancegraph.cli`.

Exit status: 0 success; 1 the data has findings; 2 the command is used wrongly; 3 something outside the program failed.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer

from stancegraph import __version__
from stancegraph.cli import (
    agree,
    article,
    ask,
    build,
    check,
    diff,
    entity,
    export,
    init,
    link,
    ontology,
    publish,
    queries,
    serve,
    show,
    sparql,
    validate,
)
from stancegraph.cli.complete import AskCommand
from stancegraph.cli.context import GlobalOptions
from stancegraph.errors import ExternalError, StancegraphError, UsageError
from stancegraph.terminal import guarded, visible

INTERNAL_ERROR = "internal error"
"""How the message about an unforeseen failure begins."""

app = typer.Typer(
    name="stancegraph",
    help="A knowledge graph of who holds which stance, on whose word, and where exactly the source says so.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _refuse_surrogates(arguments: list[str]) -> None:
    """Raise `UsageError` where an argument is not UTF-8: Python then passes its bytes on as surrogates."""
    for number, argument in enumerate(arguments, 1):
        try:
            argument.encode("utf-8")
        except UnicodeEncodeError:
            raise UsageError(
                f"argument {number} is not UTF-8: {ascii(argument)[:100]}",
                remedy="type it again, and use only files whose names are UTF-8",
            ) from None


def _describe_internal_error(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    description = f"{type(error).__name__}: {str(error)[:500]} ({Path(frame.filename).name}:{frame.lineno})"
    return (
        f"stancegraph: {INTERNAL_ERROR}: {description}\n"
        "  Remedy: report it, with the traceback that STANCEGRAPH_TRACEBACK=1 shows"
    )


def _show_version(requested: bool) -> None:
    if requested:
        typer.echo(f"stancegraph {__version__}")
        raise typer.Exit


@app.callback()
def set_global_options(
    context: typer.Context,
    workspace: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="The workspace; by default, the current folder if it is a workspace, else the one that ships with "
            "the program.",
        ),
    ] = None,
    engine: Annotated[
        str | None, typer.Option(metavar="URL", help="Ask this SPARQL 1.1 endpoint instead of the snapshot.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Keep the options that hold for every command."""
    context.obj = GlobalOptions(workspace, engine)


app.command("build")(build.command)
app.command("check")(check.command)
app.command("validate")(validate.command)
app.command("queries")(queries.command)
app.command(
    "ask",
    cls=AskCommand,
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)(ask.command)
app.command("sparql")(sparql.command)
app.command("show")(show.command)
app.command("export")(export.command)
app.command("init")(init.command)
app.command("publish")(publish.command)
app.command("agree")(agree.command)
app.command("diff")(diff.command)
app.command("serve")(serve.command)
app.add_typer(article.app, name="article", help="Draft, code, check and compile articles.")
app.add_typer(entity.app, name="entity", help="Merge and split entities.")
app.add_typer(link.app, name="link", help="Find, review, check and use links to external data sets.")
app.add_typer(ontology.app, name="ontology", help="Check, format, compare, change and document the ontology.")


def main() -> None:
    """Run the program. Any failure becomes a message on standard error and the exit status of its kind."""
    with guarded():
        _run()


def _run() -> None:
    try:
        _refuse_surrogates(sys.argv[1:])
        app()
    except StancegraphError as error:
        print(f"stancegraph: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except BrokenPipeError:
        # whoever reads the output has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        failure = ExternalError(error.strerror or str(error), file=error.filename, remedy="resolve this, and try again")
        print(f"stancegraph: {failure}", file=sys.stderr)
        sys.exit(3)
    except (MemoryError, RecursionError) as error:
        problem = "needs more memory than there is" if isinstance(error, MemoryError) else "is nested too deeply"
        print(f"stancegraph: the input {problem}\n  Remedy: give less input at once", file=sys.stderr)
        sys.exit(3)
    except Exception as error:
        if os.environ.get("STANCEGRAPH_TRACEBACK"):
            raise
        print(visible(_describe_internal_error(error)), file=sys.stderr)
        sys.exit(3)
    except KeyboardInterrupt:
        print("stancegraph: interrupted; any change under way was made completely or not at all", file=sys.stderr)
        sys.exit(130)
