"""The command line: one verb, one module in `stancegraph.cli`.

Exit status: 0 done; 1 the data has findings; 2 the call is wrong; 3 something outside failed.
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
from stancegraph.cli.context import Context
from stancegraph.errors import ExternalError, StancegraphError, UsageError
from stancegraph.terminal import guarded, visible

FAULT = "a fault of this program"
"""How a message begins that nobody has foreseen."""

app = typer.Typer(
    name="stancegraph",
    help="A knowledge graph of who holds which stance, on whose word, and where exactly the source says so.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _refuse_halves(arguments: list[str]) -> None:
    """Raise `UsageError` where an argument is not UTF-8: Python then passes its bytes on as halves of characters."""
    for number, argument in enumerate(arguments, 1):
        try:
            argument.encode("utf-8")
        except UnicodeEncodeError:
            raise UsageError(
                f"argument {number} is not UTF-8: {ascii(argument)[:100]}",
                remedy="type it anew, and name files by names that are UTF-8",
            ) from None


def _fault(error: Exception) -> str:
    """What is said of a failure that nobody has foreseen."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    words = f"{type(error).__name__}: {str(error)[:500]} ({Path(place.filename).name}:{place.lineno})"
    return f"stancegraph: {FAULT}: {words}\n  Remedy: report it, with what STANCEGRAPH_TRACEBACK=1 shows"


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"stancegraph {__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    workspace: Annotated[
        Path | None, typer.Option(help="The workspace; else the current folder if it is one, else the shipped one.")
    ] = None,
    engine: Annotated[
        str | None, typer.Option(metavar="URL", help="Ask a SPARQL 1.1 endpoint instead of the snapshot.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options that hold for every command."""
    context.obj = Context(workspace, engine)


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
app.add_typer(entity.app, name="entity", help="Merge entities that are one, split one that is two.")
app.add_typer(link.app, name="link", help="List and review links to external data sets.")
app.add_typer(ontology.app, name="ontology", help="Check, format, compare, rename the ontology.")


def main() -> None:
    """Run the program; every failure is one message on standard error and the exit status of its kind."""
    with guarded():
        _main()


def _main() -> None:
    try:
        _refuse_halves(sys.argv[1:])
        app()
    except StancegraphError as error:
        print(f"stancegraph: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except BrokenPipeError:
        # the reader of our output has gone: what it wanted, it has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        told = ExternalError(error.strerror or str(error), file=error.filename, remedy="see to it, and try again")
        print(f"stancegraph: {told}", file=sys.stderr)
        sys.exit(3)
    except (MemoryError, RecursionError) as error:
        what = "needs more memory than there is" if isinstance(error, MemoryError) else "is nested too deeply"
        print(f"stancegraph: what was given {what}\n  Remedy: give less at once", file=sys.stderr)
        sys.exit(3)
    except Exception as error:
        if os.environ.get("STANCEGRAPH_TRACEBACK"):
            raise
        print(visible(_fault(error)), file=sys.stderr)
        sys.exit(3)
    except KeyboardInterrupt:
        print("stancegraph: interrupted; what was being changed is changed as a whole, or not at all", file=sys.stderr)
        sys.exit(130)
