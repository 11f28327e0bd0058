"""Answers as pictures: every question that names one makes one, well-formed, that says itself in words, and is safe."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from stancegraph.errors import DataError, UsageError
from stancegraph.output.pictures import View, guess_view, make_picture, scale, to_png, to_svg
from stancegraph.questions import stored_query
from stancegraph.questions.stored_query import StoredQuery
from stancegraph.questions.view import ROLES
from stancegraph.sparql.engine import Oxigraph, Rows, Term
from stancegraph.sparql.lookups import rows
from tests.conftest import ROOT, Run
from tests.support.sampling import one_in

QUERIES = stored_query.load_all(sorted((ROOT / "queries" / "ask").glob("*.rq")))
PICTURED = {name: query for name, query in QUERIES.items() if query.view is not None}
SVG = "{http://www.w3.org/2000/svg}"


def date(day: str) -> Literal:
    return Literal(day, datatype=NamedNode("http://www.w3.org/2001/XMLSchema#date"))


def marks(root: ET.Element) -> list[ET.Element]:
    """What stands for a row: neither axis nor legend."""
    return [
        one
        for one in root.iter()
        if one.get("role") == "graphics-symbol" and one.get("aria-roledescription") not in {"axis", "legend"}
    ]


def test_most_questions_name_a_picture_and_each_type_is_among_them() -> None:
    types = Counter(query.view.type for query in PICTURED.values() if query.view is not None)
    assert len(PICTURED) >= 40
    assert set(types) == set(ROLES)


@pytest.mark.parametrize("query", one_in(4, PICTURED.values()), ids=list(PICTURED))
def test_the_picture_of_a_question_is_drawn_and_says_itself_in_words(query: StoredQuery, engine: Oxigraph) -> None:
    assert query.view is not None
    answer = rows(engine, query.text)
    query.view.check(answer.variables)
    drawn = make_picture(answer, query.view, engine, lambda iri: f"https://example.org/{iri.rsplit('/', 1)[-1]}")
    assert drawn is not None
    root = ET.fromstring(to_svg(drawn, query.title, key=query.name))
    assert [root[0].tag, root[1].tag] == [f"{SVG}title", f"{SVG}desc"]
    found = marks(root)
    assert found
    for mark in found:
        words = mark.find(f"{SVG}title")
        assert words is not None
        assert (words.text or "").strip()
    assert not [one for one in root.iter() if "style" in one.attrib or one.tag in {f"{SVG}script", f"{SVG}style"}]
    assert not [one.get("id") for one in root.iter() if not one.get("id", query.name).startswith(query.name)]


@pytest.mark.parametrize("longest", [1, 2, 3, 5, 7, 12, 13, 18, 40])
def test_each_number_stands_once_on_the_axis_of_a_chart(longest: int, engine: Oxigraph) -> None:
    answer = Rows.from_records(("name",), [(Literal("a"),)] * longest + [(Literal("b"),)])
    drawn = make_picture(answer, View("chart", {"category": "name"}), engine)
    assert drawn is not None
    numbers = [text.text for text in ET.fromstring(to_svg(drawn, "", key="x")).iter(f"{SVG}text")]
    numbers = [number for number in numbers if (number or "").isdigit()]
    assert numbers[:2] in (["0", "1"], ["0", "2"], ["0", "5"])
    assert len(numbers) == len(set(numbers)) > 1


def test_what_lacks_a_date_is_counted_and_not_drawn(engine: Oxigraph) -> None:
    answer = Rows.from_records(
        ("day", "name"), [(date("2012-05-20"), Literal("a")), (date("2012-05-21"), Literal("b")), (None, Literal("c"))]
    )
    drawn = make_picture(answer, View("timeline", {"start": "day", "label": "name"}), engine)
    assert drawn is not None
    assert (drawn.incomplete, drawn.surplus) == (1, 0)
    assert drawn.description == "Timeline of 2 entries from 2012-05-20 to 2012-05-21"
    nothing = Rows.from_records(("day", "name"), [(None, Literal("c"))])
    assert make_picture(nothing, View("timeline", {"start": "day", "label": "name"}), engine) is None


def test_what_is_too_much_for_a_picture_is_counted(engine: Oxigraph) -> None:
    many: list[tuple[Term | None, ...]] = [(Literal(f"a{n % 9}"), Literal(f"b{n % 7}")) for n in range(510)]
    drawn = make_picture(
        Rows.from_records(("one", "other"), many), View("matrix", {"row": "one", "column": "other"}), engine
    )
    assert drawn is not None
    assert drawn.surplus == 10


def test_words_from_the_graph_are_escaped(engine: Oxigraph) -> None:
    hostile = '"><script>alert(1)</script>&'
    answer = Rows.from_records(("what", "claim"), [(Literal(hostile), NamedNode("https://example.org/c"))] * 2)
    for view in (View("chart", {"category": "what"}), View("network", {"source": "what", "target": "claim"})):
        drawn = make_picture(answer, view, engine, lambda iri: iri)
        assert drawn is not None
        text = to_svg(drawn, hostile)
        assert "<script" not in text
        assert hostile in "".join(ET.fromstring(text).itertext())


def test_the_same_answer_makes_the_same_picture_and_png_is_png(engine: Oxigraph) -> None:
    for name in ("who-met-whom", "where-events-happened"):
        query = QUERIES[name]
        assert query.view is not None
        drawn = [make_picture(rows(engine, query.text), query.view, engine) for _ in range(2)]
        assert drawn[0] is not None
        assert drawn[1] is not None
        assert to_svg(drawn[0], "t") == to_svg(drawn[1], "t")
        assert to_png(drawn[0]).startswith(b"\x89PNG")


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_colour_stands_out_from_light_and_dark_ground() -> None:
    """By WCAG 2.2, 1.4.11: three to one."""
    colours = {*scale.POSITIONS.values(), *scale.WITHOUT_VALUE, *scale.OTHER_COLOURS, scale.ACCENT}
    for colour in colours:
        for ground in ("#ffffff", "#1b1f24"):
            light, dark = sorted((luminance(colour), luminance(ground)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 3, (colour, ground)


def test_positions_keep_the_order_of_their_scale() -> None:
    known = {"supportive": 1, "opposed": -1, "ambivalent": None, "strongly opposed": -2}
    made = scale.Scale.from_values(["supportive", "ambivalent", "strongly opposed", "opposed"], known)
    assert made.domain == ("strongly opposed", "opposed", "supportive", "ambivalent")
    assert scale.Scale.from_values(["hope", "fear"], known).domain == ("hope", "fear")


@pytest.mark.parametrize(
    ("columns", "type"),
    [
        ({"day": date("2012-05-21"), "name": Literal("a")}, "timeline"),
        ({"name": Literal("a"), "latitude": Literal(1.5), "longitude": Literal(2.5)}, "map"),
        ({"name": Literal("a"), "count": Literal(3)}, "chart"),
        ({"one": Literal("a"), "other": Literal("b")}, "network"),
        ({"one": Literal("a")}, "chart"),
    ],
)
def test_columns_suggest_a_picture(columns: dict[str, Literal], type: str, engine: Oxigraph) -> None:
    answer = Rows.from_records(tuple(columns), [tuple(columns.values())] * 2)
    view = guess_view(answer)
    assert view is not None
    assert view.type == type
    assert make_picture(answer, view, engine) is not None


@pytest.mark.parametrize(
    ("view", "said"),
    [
        ("{type: pie, category: x}", "no view of type 'pie'"),
        ("{type: matrix, row: x}", "is missing column"),
        ("{type: chart, category: x, colour: y}", "has no colour"),
    ],
)
def test_a_header_that_names_no_picture_is_refused(view: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    header = f"#+ title: T\n#+ description: D.\n#+ view: {view}\n"
    path.write_text(header + "SELECT ?x WHERE { ?x ?y ?z }", encoding="utf-8")
    with pytest.raises(DataError, match=said):
        stored_query.load(path)


def test_a_variable_that_is_not_there_is_named(engine: Oxigraph) -> None:
    answer = Rows.from_records(("x",), [(Literal("a"),)])
    with pytest.raises(UsageError, match=r"no variable \?y"):
        make_picture(answer, View("chart", {"category": "y"}), engine)


def test_an_answer_is_drawn_into_a_file(run: Callable[..., Run], engine: Oxigraph, tmp_path: Path) -> None:
    where = ("--workspace", str(ROOT), "ask", "hopes-and-fears", "--actor", "China", "--picture")
    for name, beginning in (("p.svg", b"<svg"), ("p.png", b"\x89PNG")):
        done = run(*where, str(tmp_path / name))
        assert (done.status, done.out) == (0, "")
        assert "Chart of" in done.err
        assert (tmp_path / name).read_bytes().startswith(beginning)
    assert run(*where, str(tmp_path / "p.gif")).status == 2
    assert run("--workspace", str(ROOT), "ask", "conditions", "--picture", str(tmp_path / "c.svg")).status == 2
    assert run(*where, str(tmp_path / "no-such-folder" / "p.svg")).status == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p.png", "p.svg"]
