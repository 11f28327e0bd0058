"""The reference is complete: what is public is documented, and nothing is documented that is not there."""

from __future__ import annotations

import ast
import fnmatch
import importlib
import inspect
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

import stancegraph
from documentation import coding_sheet, environment, exit_statuses, http, ontology, query_headers, regions, workspace
from documentation.command_line import every_command
from documentation.docstrings import attributes
from documentation.vocabulary import ontology as vocabulary
from stancegraph.cli.main import app
from stancegraph.coding import parser
from stancegraph.rdf.namespaces import PREFIXES, shorten
from stancegraph.workspace import scaffold
from tests.conftest import ROOT

REFERENCE = ROOT / "docs" / "reference"
NAMES = [region.name for region in regions.regions()]


def page(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


def test_every_generator_has_a_region_and_none_has_two() -> None:
    assert len(NAMES) > 40
    assert len(set(NAMES)) == len(NAMES)
    for words in regions.GENERATORS:
        assert [name for name in NAMES if name == words or name.startswith(f"{words} ")], words


@pytest.mark.long
def test_every_command_is_in_the_reference_with_its_options() -> None:
    commands = dict(every_command())
    assert len(commands) >= 30
    assert {name.removeprefix("command ") for name in NAMES if name.startswith("command ")} == set(commands)
    text = page("command-line")
    for name, command in commands.items():
        assert text.count(f"\n### stancegraph {name}\n") == 1, name
        for option in (option for p in command.params if p.param_type_name == "option" for option in p.opts):
            assert f"`{option}" in regions.generate(f"command {name}"), (name, option)


def test_every_command_says_what_each_option_and_argument_is() -> None:
    silent = [
        (name, parameter.name)
        for name, command in every_command()
        for parameter in command.params
        if parameter.param_type_name == "option" and not parameter.help
    ]
    assert not silent


def test_every_command_has_a_module_of_its_name() -> None:
    found = (ROOT / "src" / "stancegraph" / "cli").glob("*")
    modules = {path.stem for path in found} - {"__init__", "__pycache__", "complete", "context", "main", "services"}
    commands = {command.name for command in app.registered_commands}
    assert commands | {group.name for group in app.registered_groups} == modules


def test_every_environment_variable_is_in_the_table_and_is_read() -> None:
    used = environment.used()
    assert len(used) > 20
    assert set(used) == set(environment.VARIABLES)


def test_every_address_is_in_the_reference() -> None:
    addresses = {route.path.replace(":path}", "}") for route in http.routes()}
    assert len(addresses) > 30
    assert addresses == set(http.PURPOSES)


READERS = {
    "stancegraph.questions.stored_query": ("question", "parameter"),
    "stancegraph.pipeline.checks": ("check",),
    "stancegraph.linking.enrichment": ("enrichment",),
}


def keys_read_by(module: ModuleType) -> Iterator[str]:
    """The keys that *module* looks up in a ``header`` or, of a parameter, in its ``spec``."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr="get"), args=[ast.Constant(value=str(key)), *_]):
                pass
            case ast.Subscript(value=value, slice=ast.Constant(value=str(key))):
                pass
            case _:
                continue
        if re.search(r"\b(header|spec)\b", ast.unparse(value)):
            yield key


@pytest.mark.parametrize("name", READERS)
def test_every_key_that_a_header_is_asked_for_is_in_the_reference(name: str) -> None:
    documented = {key for kind in READERS[name] for key in query_headers.KEYS[kind]}
    assert set(keys_read_by(importlib.import_module(name))) == documented


def test_every_key_in_a_header_of_ours_is_in_the_reference() -> None:
    documented = {key for keys in query_headers.KEYS.values() for key in keys}
    used = {
        match
        for path in (ROOT / "queries").rglob("*.rq")
        for match in re.findall(r"^#\+ (\w+):", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(used) > 10
    assert used <= documented


def test_every_word_of_a_coding_sheet_is_in_the_reference() -> None:
    text, names = page("coding-sheet"), coding_sheet.symbol_table()
    assert len(names.kinds()) > 40
    for kind in names.kinds():
        assert f"\n| `{kind}` |" in text, kind
    assert len(names.properties) > 100
    for prop in names.properties:
        assert f"\n| [`{shorten(prop).removeprefix('sg:')}`]" in text, prop
    for word in parser.STEP_KEYWORDS:
        assert f"\n| `{word}` |" in text
    assert {"attitude", "position", "attributionMode", "issue"} <= {
        prop.removeprefix(PREFIXES["sg"]) for prop in coding_sheet.concepts()
    }


def test_every_exit_status_is_in_the_reference() -> None:
    text = (ROOT / "src" / "stancegraph" / "cli" / "main.py").read_text(encoding="utf-8")
    statuses = {int(status) for status in re.findall(r"sys\.exit\((\d+)\)", text)}
    assert statuses <= {status for status, _, _ in exit_statuses.table_rows()}


def test_every_file_of_a_workspace_is_in_the_reference(tmp_path: Path) -> None:
    scaffold.create_workspace(tmp_path / "new")
    patterns = [re.sub("SLUG|NAME", "*", pattern) for pattern, _, _ in workspace.FILES]
    for root in (ROOT, tmp_path / "new"):
        files = [path for folder in ("ontology", "data", "queries") for path in (root / folder).rglob("*.*")]
        names = [path.relative_to(root).as_posix() for path in files if path.is_file()]
        assert len(names) > 100
        assert not [name for name in names if not any(fnmatch.fnmatch(name, pattern) for pattern in patterns)]


@pytest.mark.parametrize(("part", "klass"), workspace.SETTINGS.items())
def test_every_setting_in_a_file_is_in_the_reference(part: str, klass: type) -> None:
    described = attributes(klass)
    assert [field.name for field in fields(klass)] == list(described)
    assert regions.generate(f"workspace {part}").count("\n") > 3


def test_every_term_of_the_ontology_is_in_the_reference() -> None:
    terms = {term.value for kind in ontology.KINDS for term in ontology.declared(kind)}
    defined = {quad.subject for quad in vocabulary().store if quad.predicate.value == f"{PREFIXES['skos']}definition"}
    ours = {getattr(term, "value", "") for term in defined}
    assert {iri for iri in ours if iri.startswith(PREFIXES["sg"])} == terms
    assert len(terms) > 200


def test_every_extra_is_in_the_reference() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for extra in project["project"]["optional-dependencies"]:
        assert f"\n| `{extra}` |" in page("extras"), extra


def documented_in_python() -> list[str]:
    return re.findall(r"^::: ([\w.]+)$", page("python"), re.MULTILINE)


def resolve(path: str) -> object:
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def test_every_public_name_of_python_is_in_the_reference() -> None:
    from stancegraph import ontology as objects

    documented = [path for path in documented_in_python() if ".objects" not in path or find_spec("owlready2")]
    things = [resolve(path) for path in documented]
    assert all(getattr(stancegraph, name) in things for name in stancegraph.__all__)
    assert {f"stancegraph.ontology.objects.{name}" for name in objects.__all__} <= set(documented_in_python())


def test_every_public_member_of_what_is_documented_says_what_it_is() -> None:
    silent = []
    for path in documented_in_python():
        if ".objects" in path and not find_spec("owlready2"):
            continue
        thing = resolve(path)
        members = vars(thing) if inspect.isclass(thing) else {}
        for name, member in [("", thing), *members.items()]:
            function = getattr(member, "__func__", getattr(member, "fget", member))
            if not name.startswith("_") and (callable(function) or inspect.isclass(function)):
                silent += [] if inspect.getdoc(function) else [f"{path}.{name}"]
    assert not silent


@pytest.mark.long
@pytest.mark.skipif(find_spec("mkdocs") is None, reason="needs MkDocs: pip install 'stancegraph[docs]'")
def test_the_site_is_whole_and_asks_no_other_server(tmp_path: Path) -> None:
    """MkDocs is strict: a link or an anchor that leads nowhere fails."""
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    built = list((tmp_path / "site").rglob("*.html"))
    assert len(built) > 12
    for path in built:
        text = path.read_text(encoding="utf-8")
        fetched = re.findall(r'<(?:script|img|iframe|source)\b[^>]*\bsrc="(https?:[^"]*|//[^"]*)', text)
        fetched += re.findall(r'<link\b(?![^>]*rel="canonical")[^>]*\bhref="(https?:[^"]*|//[^"]*)', text)
        assert not fetched, path
    assert not [path for path in (tmp_path / "site").rglob("*.css") if "url(http" in path.read_text(encoding="utf-8")]
