"""``stancegraph article``: turn the text of an article into facts that a person codes. The text itself is not kept."""

from __future__ import annotations

import typer

from stancegraph.cli.article import new, passages, sheet

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.command("new")(new.new)
app.command("batch")(new.batch)
app.command("passages")(passages.passages)
app.command("show")(sheet.show)
app.command("check")(sheet.check)
app.command("compile")(sheet.compile_)
app.command("reanchor")(passages.reanchor)
