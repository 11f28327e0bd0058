"""Hooks of MkDocs: the navigation by folders, the icon, and the scripts for diagrams.

They need nothing but MkDocs, so that the build of a wheel can run them.
"""

from __future__ import annotations

import shutil
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
READING_ORDER = (ROOT / "documentation" / "reading_order.txt").read_text(encoding="utf-8").split()
"""The pages that have a place in their folder; the others follow in the order of their names, subfolders last."""
_FILES = {
    "images/icon.svg": "src/stancegraph/web/pages/static/icon.svg",
    "javascripts/mermaid.min.js": "src/stancegraph/assets/fetched/mermaid/mermaid.min.js",
}
_UNWANTED = (
    "404.html", "sitemap.xml", "sitemap.xml.gz",  # they need to know the address of the site
    "assets/javascripts/lunr", "assets/**/*.map",  # for search in other languages, and for those who change the theme
)  # fmt: skip


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the files that lie outside ``docs/``, and put folders in the navigation in place of their pages."""
    for name, source in _FILES.items():
        if (ROOT / source).is_file():
            files.append(File.generated(config, name, abs_src_path=str(ROOT / source)))
    paths = [file.src_uri for file in files.documentation_pages()]
    named = {path for path in _leaves(config.nav) if not path.endswith("/")}
    config.nav = [_expanded(entry, [path for path in paths if path not in named]) for entry in config.nav or []]
    return files


def on_page_content(html: str, files: Files, **_: Any) -> str:
    """Leave diagrams as text where the program that draws them was not fetched: nothing is fetched from elsewhere."""
    drawn = files.get_file_from_path("javascripts/mermaid.min.js") is not None
    return html if drawn else html.replace('<pre class="mermaid">', '<pre class="diagram">')


def on_post_build(config: MkDocsConfig) -> None:
    """Remove the files that nobody needs, and add the licence of the theme, whose scripts and styles are carried."""
    site = Path(config.site_dir)
    for path in [path for pattern in _UNWANTED for path in site.glob(pattern)]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    theme = distribution("mkdocs-material")
    (licence,) = [path for path in theme.files or () if path.name == "LICENSE" and "dist-info" in str(path)]
    (site / "assets" / "LICENSE.txt").write_text(licence.read_text(encoding="utf-8"), encoding="utf-8")


def _leaves(entry: Any) -> list[str]:
    if isinstance(entry, str):
        return [entry]
    parts = entry.values() if isinstance(entry, dict) else entry or []
    return [path for part in parts for path in _leaves(part)]


def _expanded(entry: Any, paths: list[str]) -> Any:
    """An *entry* of the navigation, with the pages among *paths* in place of each folder."""
    if isinstance(entry, dict):
        return {title: _expanded(part, paths) for title, part in entry.items()}
    if isinstance(entry, list):
        parts = [_expanded(part, paths) for part in entry]
        return [page for part in parts for page in (part if isinstance(part, list) else [part])]
    return _pages(entry, paths) if entry.endswith("/") else entry


def _pages(folder: str, paths: list[str]) -> list[Any]:
    """The pages of *folder*, and each of its subfolders as a section."""
    within = [path for path in paths if path.startswith(folder)]
    pages = sorted((path for path in within if "/" not in path[len(folder) :]), key=_place)
    subfolders = sorted({path[len(folder) :].partition("/")[0] for path in within if "/" in path[len(folder) :]})
    return [*pages, *({name.capitalize(): _pages(f"{folder}{name}/", paths)} for name in subfolders)]


def _place(path: str) -> tuple[int, bool, str]:
    rank = READING_ORDER.index(path) if path in READING_ORDER else len(READING_ORDER)
    return rank, not path.endswith("/index.md"), path
