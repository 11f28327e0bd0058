"""``stancegraph link``: links from things in the graph to external data sets."""

from __future__ import annotations

import typer

from stancegraph.cli.link import enriching, finding, listing, review

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.command("list")(listing.list_links)
app.command("candidates")(finding.find_candidates)
app.command("review")(review.review)
app.command("check")(finding.check)
app.command("enrich")(enriching.enrich)
app.command("quickstatements")(enriching.quickstatements)
