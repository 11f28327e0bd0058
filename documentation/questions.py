"""The reference of the stored questions that ship with the program, from their headers."""

from __future__ import annotations

from itertools import groupby

from documentation.markdown import code, plain, table
from documentation.vocabulary import workspace
from stancegraph.questions.stored_query import StoredQuery, load_all
from stancegraph.rdf.namespaces import shorten


def by_tag(kind: str) -> str:
    """The stored queries in ``queries/<kind>/``, by their first tag."""
    queries = sorted(load_all(workspace().query_files(kind)).values(), key=lambda query: (query.tags[:1], query.name))
    parts = []
    for tags, group in groupby(queries, key=lambda query: query.tags[:1]):
        rows = [(code(query.name), plain(query.description), "<br>".join(_parameters(query))) for query in group]
        parts.append(
            f"### {tags[0].capitalize() if tags else 'Others'}\n\n{table(['name', 'answer', 'parameters'], rows)}"
        )
    return "\n\n".join(parts)


def _parameters(query: StoredQuery) -> list[str]:
    """Each parameter of *query*, with what its values are."""
    return [
        f"{code(p.option)} {shorten(p.klass) if p.klass else p.type}{', required' if p.required else ''}"
        for p in query.parameters
    ]
