"""Addresses of the documentation: the site that the build made of ``docs/``, as it is.

Its pages have short scripts within them. The policy of each allows just those, by their hashes (`CSP Level 3, section
2.3.1 <https://www.w3.org/TR/CSP3/#framework-directive-source-list>`_).
"""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import re
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from stancegraph.assets import DOCUMENTATION
from stancegraph.web.failures import RequestError
from stancegraph.web.security_headers import headers
from stancegraph.web.site import Site

_SCRIPT = re.compile(rb"<script\b(?P<attributes>[^>]*)>(?P<text>.*?)</script>", re.DOTALL)
_HOUR = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}


def routes(site: Site, folder: Path = DOCUMENTATION) -> list[Route]:
    """The addresses of the documentation, which was built into *folder*."""

    async def documentation(request: HttpRequest) -> Response:
        name = request.path_params.get("path", "")
        files = await run_in_threadpool(_files, folder)
        if "index.html" not in files:
            raise RequestError(
                404,
                "the documentation was not built when this program was installed",
                "install it again where MkDocs can be installed, or read the files in docs/ of the source",
            )
        if f"{name}/index.html".removeprefix("/") in files and not request.url.path.endswith("/"):
            return RedirectResponse(f"{site.root(request)}{request.url.path.removesuffix('/')}/", 307)
        path = files.get(name) or files.get(f"{name}index.html")
        if path is None:
            raise RequestError(404, "the documentation has no such page", f"begin at {site.root(request)}/docs/")
        if path.suffix == ".html":
            return _page(request, await run_in_threadpool(path.read_bytes))
        media_type = mimetypes.guess_type(path.name)[0] or "text/plain"
        return FileResponse(path, media_type=media_type, headers=_HOUR)

    return [Route("/docs", documentation), Route("/docs/{path:path}", documentation)]


def _files(folder: Path) -> dict[str, Path]:
    """The files of the site by their names below *folder*: a name is looked up, and makes no path."""
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


def _page(request: HttpRequest, body: bytes) -> Response:
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
    # the site's own styles, and those of diagrams, are elements and attributes of the page
    policy = headers(script_src=" ".join(script_hashes(body)), style_src="'unsafe-inline'")
    fields = {**policy, "ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=fields)
    return Response(body, media_type="text/html", headers=fields)


def script_hashes(page: bytes) -> list[str]:
    """Return the sources that allow the scripts within a *page*, as a policy names them, each once."""
    scripts = [
        match["text"]
        for match in _SCRIPT.finditer(page)
        if b"src=" not in match["attributes"] and b"json" not in match["attributes"]
    ]
    digests = [base64.b64encode(hashlib.sha256(script).digest()).decode("ascii") for script in scripts]
    return [f"'sha256-{digest}'" for digest in dict.fromkeys(digests)]
