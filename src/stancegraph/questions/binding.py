"""Bind stored questions: find the terms that people mean by the values they give, and put them into the query."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from pathlib import Path

from stancegraph.questions import stored_query
from stancegraph.questions.answer import BoundQuestion
from stancegraph.questions.languages import Languages, parse_languages
from stancegraph.questions.parameters import Values, parse_value, parse_values, value_texts
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.sparql.engine import Engine, Oxigraph

_Texts = tuple[tuple[str, tuple[str, ...]], ...]


def load(path: Path) -> StoredQuery:
    """Read the stored query at *path*, unless it was read before and its file has not changed since.

    Raises:
        DataError: The file is not a valid stored query.
        ExternalError: The file cannot be read.
    """
    return _load(path, path.stat().st_mtime_ns)


def load_all(paths: Iterable[Path]) -> dict[str, StoredQuery]:
    """Read the stored queries at *paths*, by their names; see `load`."""
    return {path.stem: load(path) for path in paths}


@lru_cache(1024)
def _load(path: Path, modified: int) -> StoredQuery:
    """Read the stored query at *path*; *modified* makes the cache miss when the file has changed."""
    return stored_query.load(path)


class Binder:
    """Binds stored questions to values that an engine resolves.

    Args:
        open_engine: A function that returns the engine; called when there is a value to resolve.
    """

    def __init__(self, open_engine: Callable[[], Engine]) -> None:
        self._open_engine = open_engine
        self._bind_texts: Callable[[Path, int, _Texts, tuple[str, ...]], str] | None = None

    def bind(self, path: Path, values: Values, lang: Languages = ()) -> BoundQuestion:
        """Bind the stored question at *path*.

        Args:
            path: The file of the question.
            values: A value, or several, for each parameter, by its name.
            lang: The languages in which labels are preferred; see `parse_languages`.

        Raises:
            UsageError: A parameter is unknown or missing, or a value is of the wrong type, unknown or ambiguous;
                or a language is not one.
            DataError: The file is not a valid stored query.
            ExternalError: The engine fails, or the file cannot be read.
        """
        modified = path.stat().st_mtime_ns
        question = _load(path, modified)
        question.check(values)
        languages = parse_languages(lang)
        texts = tuple((name, value_texts(value)) for name, value in values.items())  # as values, 1 and True are equal
        if not texts:
            return BoundQuestion(question, question.bind({}, languages))
        if self._bind_texts is None:
            engine = self._open_engine()
            self._bind_texts = partial(_bind, engine)
            if isinstance(engine, Oxigraph):  # the labels in a snapshot never change
                self._bind_texts = lru_cache(1024)(self._bind_texts)
        return BoundQuestion(question, self._bind_texts(path, modified, texts, languages))


def _bind(engine: Engine, path: Path, modified: int, texts: _Texts, languages: tuple[str, ...]) -> str:
    question = _load(path, modified)
    return question.bind(parse_values(partial(parse_value, engine), question, dict(texts)), languages)
