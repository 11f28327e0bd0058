"""The benchmark: ``python -m benchmarks`` prints ratios against peers that are measured in the same run, in turn.

Absolute times drift from machine to machine and from hour to hour; of each pair of runs the ratio is taken, and of the
ratios the median. Peers: a process that only imports the libraries of the command line, bare pyoxigraph on the same
snapshot, rdflib in memory, and stock pySHACL on the whole graph.
"""

from __future__ import annotations

import argparse
import datetime
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Store

from evaluation import drafting
from evaluation.candidates import measure
from stancegraph.api import KnowledgeGraph
from stancegraph.output import exporting
from stancegraph.pipeline import building, reading, snapshot
from stancegraph.pipeline.shapes import check_shapes, load_shapes, to_rdflib, validate
from stancegraph.questions.parameters import parse_value, parse_values
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.rdf.namespaces import PREFIXES
from stancegraph.sparql.engine import Oxigraph, Rows
from stancegraph.text import Layout
from stancegraph.workspace import folders
from stancegraph.workspace.folders import Workspace
from tests.conftest import ARTICLE, ROOT
from tests.linking.test_links import COUNTRY_CODES
from tests.support.generated import generate, generate_articles, generate_triples, write_article
from tests.support.servers import free_port, running
from tests.web.load import address, clients

_IMPORTS = "import typer, rich.console, rich.table, pyoxigraph"
_FOR_RDFLIB = ("conditions", "disputed-claims", "editions-of-forum", "forecasts", "speech-acts", "who-met-whom")


def seconds(work: Callable[[], object]) -> float:
    """How long *work* takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def paired(ours: Callable[[], object], peer: Callable[[], object], rounds: int) -> tuple[float, float]:
    """The median time of *ours*, and the median ratio to *peer*, run in turn, each first in half of the pairs."""
    times = []
    for number in range(rounds):
        first, second = (ours, peer) if number % 2 else (peer, ours)
        one, other = seconds(first), seconds(second)
        times.append((one, other) if number % 2 else (other, one))
    return statistics.median(a for a, _ in times), statistics.median(a / b for a, b in times)


def line(size: str, what: str, time_taken: float, ratio: str, peer: str) -> None:
    """Print one row of the table."""
    print(f"| {size} | {what} | {time_taken:.3g} s | {ratio} | {peer} |", flush=True)


@contextmanager
def workspaces(sizes: list[str]) -> Iterator[list[tuple[str, Workspace]]]:
    """The article's workspace and generated ones, each with its snapshots in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for size in sizes:
            if size == "article":
                found.append((size, Workspace(ROOT)))
            else:
                generate(Path(folder) / size, int(size))
                found.append((size, folders.find(Path(folder) / size)))
        yield found


def bench_start(rounds: int) -> None:
    """A question in a fresh process."""
    program = [sys.executable, "-m", "stancegraph", "--workspace", str(ROOT), "ask", "conditions"]

    def run(command: list[str]) -> None:
        subprocess.run(command, check=True, capture_output=True, timeout=60)

    run(program)
    taken, ratio = paired(lambda: run(program), lambda: run([sys.executable, "-c", _IMPORTS]), 3 * rounds)
    line(
        "article",
        "`ask` in a fresh process",
        taken,
        f"{ratio:.2f}",
        "a process that imports Typer, Rich and pyoxigraph",
    )


def bench_build(size: str, space: Workspace) -> None:
    """Building, and building where nothing has changed."""
    whole = seconds(lambda: building.build(space, force=True))
    files = [source.path for source in space.source_files()]

    def bare() -> None:
        store = Store()
        for path in files:
            store.bulk_load(path=str(path), format=RdfFormat.TURTLE)

    line(size, "build", whole, f"{whole / seconds(bare):.0f}", "pyoxigraph loading the same files")
    nothing = seconds(lambda: building.build(space))
    line(size, "rebuild of nothing", nothing, f"{nothing / whole:.3f}", "the build")


def bench_validation(size: str, space: Workspace, rounds: int, *, peer: bool) -> None:
    """Shapes, against pySHACL on the whole graph in rdflib."""
    quads = reading.read_workspace(space).quads
    shapes = load_shapes(space.shape_files())
    if not peer:
        line(size, "shapes", seconds(lambda: check_shapes(quads, shapes)), "", "pySHACL takes too long")
        return
    taken, ratio = paired(lambda: check_shapes(quads, shapes), lambda: validate(to_rdflib(quads), shapes), rounds)
    line(size, "shapes", taken, f"{ratio:.2f}", "pySHACL on the whole graph")


def bench_questions(size: str, space: Workspace, rounds: int) -> None:
    """Every stored question through the API, against its text on bare pyoxigraph over the same snapshot in memory."""
    published = snapshot.current(space.snapshots)
    assert published is not None
    store = published.open(in_memory=True)
    graph = KnowledgeGraph(space, Oxigraph(store))
    total, ratios = 0.0, []
    for query in graph.questions.values():
        given = _required(graph, query)
        text = query.bind(parse_values(partial(parse_value, graph.engine), query, given))

        def ours(name: str = query.name, given: dict[str, str] = given) -> bytes:
            return graph.ask(name, **given).rows.serialize(QueryResultsFormat.CSV)

        def bare(text: str = text) -> bytes | None:
            found = store.query(text, use_default_graph_as_union=True)
            assert isinstance(found, QuerySolutions)
            return found.serialize(format=QueryResultsFormat.CSV)

        # what takes a tenth of a millisecond is asked a hundred times, else the ratio is the noise of the machine
        taken, ratio = paired(ours, bare, max(rounds, min(100, int(1 / seconds(ours)))))
        total += taken
        ratios.append((ratio, query.name))
    ratios.sort()
    median = statistics.median(ratio for ratio, _ in ratios)
    worst = ", ".join(f"{ratio:.2f} ({name})" for ratio, name in ratios[-2:])
    line(
        size, f"{len(ratios)} questions, each", total / len(ratios), f"{median:.2f}", f"bare pyoxigraph; most: {worst}"
    )


def _required(graph: KnowledgeGraph, query: StoredQuery) -> dict[str, str]:
    """A value for each parameter that must be given: the first thing of its class, or a word."""
    given = {}
    for parameter in query.parameters:
        if parameter.required and parameter.type == "iri":
            klass = parameter.klass or PREFIXES["sg"] + "Actor"
            found = graph.sparql(f"SELECT ?x WHERE {{ ?x a <{klass}> }} ORDER BY ?x LIMIT 1")
            assert isinstance(found, Rows)
            given[parameter.name] = next(iter(found))["x"].value
        elif parameter.required:
            given[parameter.name] = "war"
    return given


def bench_rdflib(space: Workspace, rounds: int) -> None:
    """Some stored questions on rdflib in memory, which takes minutes for others."""
    published = snapshot.current(space.snapshots)
    assert published is not None
    store = published.open(in_memory=True)
    graph = to_rdflib(store)
    ours = KnowledgeGraph(space, Oxigraph(store))
    texts = [ours.questions[name].text for name in _FOR_RDFLIB]
    taken, ratio = paired(
        lambda: [ours.sparql(text).rows for text in texts],  # type: ignore[union-attr]
        lambda: [list(graph.query(text)) for text in texts],
        rounds,
    )
    line("article", f"{len(texts)} questions, together", taken, f"1 : {1 / ratio:.0f}", "rdflib in memory")


def bench_export(size: str, space: Workspace, rounds: int) -> None:
    """N-Quads of everything."""
    published = snapshot.current(space.snapshots)
    assert published is not None
    store = published.open(in_memory=True)
    engine = Oxigraph(store)
    taken, ratio = paired(
        lambda: exporting.to_rdf(exporting.quads(engine), exporting.RdfFile.NQ),
        lambda: store.dump(io.BytesIO(), format=RdfFormat.N_QUADS),
        rounds,
    )
    line(size, "export, sorted N-Quads", taken, f"{ratio:.1f}", "pyoxigraph's dump, in no order")


_SERVED = (
    "SELECT ?s ?o WHERE { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?o } ORDER BY ?o ?s LIMIT 50",
    "SELECT ?h (COUNT(*) AS ?n) WHERE { ?c <https://w3id.org/stancegraph/ontology#holder> ?h } GROUP BY ?h ORDER BY ?h",
    "SELECT ?a ?b WHERE { ?x <https://w3id.org/stancegraph/ontology#holder> ?a ; "
    "<https://w3id.org/stancegraph/ontology#target> ?b } ORDER BY ?a ?b",
)
_CLIENTS, _SECONDS = 4, 5.0


def bench_serving(size: str, space: Workspace, rounds: int) -> None:
    """Queries over HTTP by several clients at once, against the bare Oxigraph server on the same snapshot."""
    published = snapshot.current(space.snapshots)
    assert published is not None
    ports = free_port(), free_port()
    ours, bare = f"http://127.0.0.1:{ports[0]}/sparql", f"http://127.0.0.1:{ports[1]}/query"
    program = [sys.executable, "-m", "stancegraph", "--workspace", str(space.root), "serve", "--no-log", "--port"]
    peer = [
        str(Path(sys.executable).with_name("oxigraph")),
        "serve-read-only",
        "--location",
        str(published.path / "store"),
        "--bind",
        f"127.0.0.1:{ports[1]}",
    ]
    with (
        tempfile.TemporaryDirectory() as folder,
        running([*program, str(ports[0])], Path(folder), address(ours, "ASK {}")),
        running([*peer, "--union-default-graph"], Path(folder), address(bare, "ASK {}")),
    ):
        pairs = []
        for number in range(rounds):
            sites = (ours, bare) if number % 2 else (bare, ours)
            loads = {site: clients([address(site, text) for text in _SERVED], _CLIENTS, _SECONDS) for site in sites}
            assert all(set(load.statuses) == {200} and not load.wrong for load in loads.values())
            pairs.append((loads[ours], loads[bare]))
    for part, name in ((0.5, "median"), (0.95, "95 of 100 within")):
        taken = statistics.median(one.percentile(part) for one, _ in pairs)
        ratio = statistics.median(one.percentile(part) / other.percentile(part) for one, other in pairs)
        what = f"{len(_SERVED)} queries over HTTP, {_CLIENTS} clients, {name}"
        line(size, what, taken, f"{ratio:.2f}", "the bare Oxigraph server, from disk")


def staged(space: Workspace) -> tuple[float, float]:
    """How long a build takes, and its validation."""
    marks = {"begin": time.perf_counter()}

    def told(step: str) -> None:
        marks[step] = time.perf_counter()

    assert building.build(space, progress=told).published
    return time.perf_counter() - marks["begin"], marks["publish"] - marks["validate"]


def bench_increments(rounds: int) -> None:
    """What one more article costs, and one claim changed, in workspaces of ten, a hundred and a thousand articles."""
    print("\n| articles | all: build | validation | one more | validation | one changed | validation | nothing |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for articles in (10, 100, 1000):
        with tempfile.TemporaryDirectory() as folder:
            os.environ["STANCEGRAPH_SNAPSHOTS"] = f"{folder}/snapshots"
            generate_articles(Path(folder) / "space", articles)
            space = folders.find(Path(folder) / "space")
            times = [[staged(space)], [], []]
            for triples in list(generate_triples(articles + rounds + 1))[articles:]:
                slug = f"added-{len(times[1])}"
                write_article(space.root, slug, triples)
                times[1].append(staged(space))
                facts = space.root / "data" / "articles" / slug / "facts.ttl"
                facts.write_text(facts.read_text(encoding="utf-8").replace("twice a year", "often"), encoding="utf-8")
                times[2].append(staged(space))
            nothing = seconds(partial(building.build, space))
        # the first of each also takes the queries apart, which the others find in the record
        kept = [times[0], times[1][1:], times[2][1:]]
        cells = [f"{statistics.median(one[part] for one in told):.2f} s" for told in kept for part in (0, 1)]
        print(f"| {articles:,} | {' | '.join(cells)} | {nothing:.3f} s |", flush=True)


def bench_candidates() -> None:
    """Precision and recall of candidates for links, on names with known answers."""
    if not COUNTRY_CODES.is_file():
        return
    print("\n| confidence from | proposed | precision | recall | of things |\n| --- | --- | --- | --- | --- |")
    for least, one in measure(COUNTRY_CODES, (0.0, 0.8, 0.9)).items():
        print(f"| {least} | {one.proposed} | {one.precision:.3f} | {one.recall:.3f} | {one.known} |")


def bench_drafting(workspace: Workspace, text: Path) -> None:
    """Precision and recall of proposals, on the article that ships, where its text is at hand."""
    if not text.is_file():
        return
    snapshot = building.published(workspace).snapshot
    assert snapshot is not None
    engine = Oxigraph(snapshot.open())
    layout = Layout.read(ROOT / "data" / "articles" / ARTICLE / "layout.toml")
    found = drafting.proposals(engine, text.read_text(encoding="utf-8"), layout, datetime.date(2012, 7, 5))
    print("\n| proposals of `article new` | precision | recall |\n| --- | --- | --- |")
    for sort, one in drafting.measure(engine, ARTICLE, found).items():
        print(f"| {sort} | {one.precision:.2f} of {one.proposed} | {one.recall:.2f} of {one.known} |")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", default=["article", "100000"], help="article, or a number of quads")
    parser.add_argument("--rounds", type=int, default=3, help="pairs of runs for each figure")
    given = parser.parse_args()
    print("| size | what | median | ratio | to |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as snapshots, workspaces(given.sizes) as found:
        for size, space in found:
            os.environ["STANCEGRAPH_SNAPSHOTS"] = f"{snapshots}/{size}"
            bench_build(size, space)
            bench_validation(size, space, given.rounds, peer=size == "article" or int(size) <= 200_000)
            bench_questions(size, space, given.rounds)
            bench_export(size, space, given.rounds)
            bench_serving(size, space, given.rounds)
            if size == "article":
                bench_start(given.rounds)
                bench_rdflib(space, given.rounds)
    bench_increments(given.rounds)
    bench_candidates()
    bench_drafting(Workspace(ROOT), ROOT.parent / "shared" / "article" / f"{ARTICLE}-china-and-nato.txt")


if __name__ == "__main__":
    main()
