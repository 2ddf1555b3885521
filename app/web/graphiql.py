"""GraphiQL in development, from this server itself: no script comes from elsewhere, and no token need be pasted.

Its parts are fetched once by npm (`package.json` beside this file); without them the page says how to get them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from strawberry.http.ides import get_graphql_ide_html

HERE = Path(__file__).parent
PAGE, STATIC = HERE / "page", HERE / "static"
OPERATIONS = HERE.parent.parent / "examples" / "operations"
NEEDED = (
    "react.production.min.js",
    "react-dom.production.min.js",
    "graphiql.min.js",
    "graphiql.min.css",
    "explorer.umd.js",
    "explorer.css",
)
"""Files that `copy.mjs` puts into `static/`."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class Identity:
    """Somebody a developer may ask as."""

    name: str
    about: str
    token: str


Identities = Callable[[datetime], Sequence[Identity]]
"""Those on offer, with tokens that hold at an instant."""


def nobody(_: datetime) -> Sequence[Identity]:
    """There are no identities to ask as."""
    return ()


def is_page_asked(scope: Mapping[str, Any]) -> bool:
    """A browser's address bar asks for HTML, a client of the graph does not."""
    return scope["method"] == "GET" and b"text/html" in dict(scope["headers"]).get(b"accept", b"")


def page_routes(
    path: str,
    *,
    identities: Identities,
    clock: Callable[[], datetime],
    static: Path = STATIC,
    operations: Path = OPERATIONS,
) -> list[BaseRoute]:
    """The page at the graph's own path, and what it loads. For development only: it hands out tokens."""

    async def page(request: Request) -> Response:
        if request.query_params.get("ide") == "cdn":
            return HTMLResponse(get_graphql_ide_html())
        missing = [name for name in NEEDED if not (static / name).is_file()]
        name = "missing.html" if missing else "graphiql.html"
        return HTMLResponse((PAGE / name).read_text("utf-8"), headers={"content-security-policy": POLICY})

    async def who(_: Request) -> Response:
        offered = [asdict(identity) for identity in identities(clock())]
        return JSONResponse(offered, headers={"cache-control": "no-store"})

    async def saved(_: Request) -> Response:
        return JSONResponse(saved_operations(operations))

    return [
        Route(path, page, methods=["GET"]),
        Route("/graphiql/identities.json", who),
        Route("/graphiql/operations.json", saved),
        Mount("/graphiql/page", StaticFiles(directory=PAGE)),
        Mount("/graphiql/static", StaticFiles(directory=static, check_dir=False)),
    ]


def saved_operations(folder: Path) -> list[dict[str, str]]:
    """Each `.graphql` file, with the `.json` of variables beside it if there is one."""
    return [
        {
            "name": file.stem,
            "query": file.read_text("utf-8"),
            "variables": variables.read_text("utf-8") if (variables := file.with_suffix(".json")).is_file() else "",
        }
        for file in sorted(folder.glob("*.graphql"))
    ]
