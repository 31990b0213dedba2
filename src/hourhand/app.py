"""The composition root: database, dialects and web make one ASGI application, and a server runs it."""

from __future__ import annotations

import asyncio
import gc
import resource
import signal
import socket
import ssl
import sys
from collections.abc import Awaitable
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

import uvicorn
from litestar import Litestar, Request, Response
from litestar.config.cors import CORSConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from msgspec import structs

from hourhand import __version__
from hourhand.api import http
from hourhand.api.auth import Gate, admit
from hourhand.api.conversation import MOST_BYTES, Conversation
from hourhand.api.edge import Edge, JsonLines, Measure, json_lines
from hourhand.api.guard import Limits, guarded
from hourhand.api.http import Caller, House
from hourhand.api.reports_v2 import routes as reports_v2
from hourhand.api.reports_v2.refuse import misrouted
from hourhand.api.v8 import routes as v8
from hourhand.api.v8 import stream
from hourhand.api.v8.stream import Stream
from hourhand.api.webhooks_v1 import routes as webhooks_v1
from hourhand.api.webhooks_v1.refuse import misrouted as misrouted_webhooks
from hourhand.calls.calling import Line
from hourhand.core.secrets import open_vault
from hourhand.db import open_database
from hourhand.db.migrate import migrate
from hourhand.desk.desks import Office
from hourhand.jobs.crew import Crew
from hourhand.jobs.everything import KINDS
from hourhand.jobs.kinds import Record, Tools
from hourhand.settings import Settings
from hourhand.web import docs, invitations, pages, passwords, pictures
from hourhand.web import routes as web
from hourhand.web.calendars import get_calendar

if TYPE_CHECKING:
    from hourhand.web.metrics import Metrics

STOP_SECONDS = 8
_REPORTS_DOCS, _WEBHOOKS_DOCS = "/docs/reports", "/docs/webhooks"


def serve(settings: Settings) -> None:
    """Run the server until it is told to stop.

    Raises `DatabaseError` or `CannotListen` before it listens, and `DiskFailed` when it can write no more.
    """
    database = open_database(settings.database, serving=True)
    try:
        migrate(database)
        vault = open_vault(settings.key_path)
        listener = _listen(settings)
    except BaseException:
        database.close()
        raise
    office = Office(settings) if settings.reports == "processes" else None
    here = structs.replace(settings, port=listener.getsockname()[1])
    house = House(database, vault, here, office, _line(settings))
    log = _log(settings)
    _allow_connections()
    crew = Crew(_tools(house, log), house.line) if settings.worker == "inside" else None
    for told in (signal.SIGTERM, signal.SIGINT):
        # uvicorn stops in order, then raises the signal again for whoever handled it before: that is a success.
        signal.signal(told, _leave)
    _Server(_configuration(house, crew, log), house, crew).run(sockets=[listener])
    if database.failure is not None:
        raise database.failure


def work(settings: Settings) -> None:
    """Do jobs, in a process of its own, until it is told to stop. Raises `DatabaseError`."""
    database = open_database(settings.database)
    try:
        migrate(database)
        house = House(database, open_vault(settings.key_path), settings)
        asyncio.run(_work(house))
        if database.failure is not None:
            raise database.failure
    finally:
        database.close()


def application(house: House, crew: Crew | None = None, log: JsonLines | None = None) -> Edge:
    """The whole application: what uvicorn runs, and what tests call. The crew begins and ends with it."""
    settings = house.settings
    doors = _Doors(house, crew)
    limit, https = settings.body_limit, settings.https
    return Edge(doors, body_limit=limit, log=log, public_https=https, measure=doors.measure)


class _Doors:
    """The application behind its edge: Litestar for requests, and the stream for web sockets."""

    def __init__(self, house: House, crew: Crew | None) -> None:
        self._requests = litestar_app(house, crew)
        self._stream = Stream(house, self._requests.state.gate)
        metrics: Metrics | None = self._requests.state.metrics
        self.measure: Measure | None = metrics.measure if metrics else None

    def __call__(self, scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        if scope["type"] != "websocket":
            return self._requests(scope, receive, send)
        if scope["path"] in stream.PATHS:
            return self._stream(scope, receive, send)
        return http.refuse_web_socket(send, 404, "404 page not found")


def litestar_app(house: House, crew: Crew | None = None) -> Litestar:
    """The application without its edge."""
    metrics, routes = _metrics(house)
    return Litestar(
        route_handlers=[
            v8.router(),
            reports_v2.router(),
            webhooks_v1.router(),
            *_docs(),
            *web.ROUTES,
            *pages.ROUTES,
            *passwords.ROUTES,
            *invitations.ROUTES,
            *pictures.ROUTES,
            get_calendar,
            *routes,
        ],
        dependencies={"caller": Provide(_caller, sync_to_thread=False), "gate": Provide(_gate, sync_to_thread=False)},
        before_request=admit,
        exception_handlers={HTTPException: _refuse, Exception: _fail},
        state=State(belongings(house, crew, metrics)),
        # That would be one document for the whole application; each dialect writes its own.
        openapi_config=None,
        cors_config=_cors(house.settings),
        on_startup=[_open],
        on_shutdown=[_close],
        logging_config=None,
        debug=False,
    )


def belongings(house: House, crew: Crew | None = None, metrics: Metrics | None = None) -> dict[str, object]:
    """What handlers find in the application's state. All else of it is the same for all houses with these settings."""
    return {"house": house, "gate": Gate(house), "crew": crew, "metrics": metrics}


def _metrics(house: House) -> tuple[Metrics | None, list[HTTPRouteHandler]]:
    """What is counted, and the page that tells of it, if the operator wants that."""
    if not house.settings.metrics_token:
        return None, []
    # Not above, because few want it, and it takes its time to load.
    from hourhand.web.metrics import Metrics, handler

    metrics = Metrics(house.database.tally, KINDS)
    return metrics, [handler(metrics)]


def _docs() -> list[HTTPRouteHandler]:
    """A page for each dialect, with links to the others."""
    dialects = {
        "/docs": ("API v8", v8.openapi, v8.PATH),
        _REPORTS_DOCS: ("Reports API v2", reports_v2.openapi, reports_v2.PATH),
        _WEBHOOKS_DOCS: ("Webhooks API v1", webhooks_v1.openapi, webhooks_v1.PATH),
    }
    titles = {path: title for path, (title, _, _) in dialects.items()}
    return [
        docs.handler(openapi, f"{base}/openapi.json", path, {it: titles[it] for it in titles if it != path})
        for path, (_, openapi, base) in dialects.items()
    ]


def _log(settings: Settings) -> JsonLines | None:
    return json_lines(sys.stdout.buffer) if settings.log == "json" else None


def _line(settings: Settings) -> Line:
    return Line(settings.callable_networks, trust=ssl.create_default_context())


def _tools(house: House, log: JsonLines | None) -> Tools:
    return Tools(house.database, house.vault, house.settings, log or _forget)


def _forget(record: Record) -> None:
    """The log of whoever wants none."""


async def _work(house: House) -> None:
    crew = Crew(_tools(house, _log(house.settings)), _line(house.settings))
    for told in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told, crew.stop)
    print(f"Hourhand {__version__} does what there is to do", file=sys.stderr, flush=True)  # noqa: T201
    await crew.run()
    await crew.stopped()


def _configuration(house: House, crew: Crew | None, log: JsonLines | None) -> uvicorn.Config:
    settings = house.settings
    limits = Limits(per_peer=settings.connections_per_address, uncounted=settings.proxies)
    return uvicorn.Config(
        application(house, crew, log),
        http=guarded(limits),
        ws=Conversation,
        ws_max_size=MOST_BYTES,
        # Messages are small, and each connection would have to keep the memory for it.
        ws_per_message_deflate=False,
        loop="uvloop",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=",".join(settings.trusted_proxies) or None,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


def _allow_connections() -> None:
    """Have as many files open as the machine lets this process: each who listens is one, and 1,024 are soon reached."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Some systems say that there is no limit, and have one.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _leave(told: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def _listen(settings: Settings) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise CannotListen(f"cannot listen on {settings.host}:{settings.port}: {error.strerror}") from None


class CannotListen(Exception):
    """The address is taken, or not ours."""


class _Server(uvicorn.Server):
    """uvicorn's server, which says where it is once it is there."""

    def __init__(self, config: uvicorn.Config, house: House, crew: Crew | None) -> None:
        super().__init__(config)
        self._house = house
        self._crew = crew

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What the start has made is there to stay: let no collection look through it again.
        gc.collect()
        gc.freeze()
        print(_greeting(self._house), file=sys.stderr, flush=True)  # noqa: T201 - the person at the terminal

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # At once, so that jobs end while the requests do.
        if self._crew is not None:
            self._crew.stop()
        await super().shutdown(sockets)

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) or self._house.database.failure is not None


def _greeting(house: House) -> str:
    settings = house.settings
    command = sys.argv[0] if sys.argv[0].endswith("hourhand") else "hourhand"
    return (
        f"Hourhand {__version__} is at {settings.base_url}\n"
        f"Its data is in {settings.data_place}, its key in {settings.key_path}\n"
        f"Make the first account with: {command} account add you@example.org"
    )


def _cors(settings: Settings) -> CORSConfig | None:
    # Without credentials: a page of another origin brings its own token, never our cookie.
    if not settings.cors_origins:
        return None
    headers = ["Authorization", "Content-Type"]
    return CORSConfig(
        allow_origins=list(settings.cors_origins),
        allow_headers=headers,
        expose_headers=["Content-Disposition", "Retry-After", "Warning", "X-Remaining-Login-Attempts", "X-Request-Id"],
        allow_credentials=False,
    )


def _caller(request: Request[Any, Any, Any]) -> Caller:
    caller: Caller = request.scope["state"]["caller"]
    return caller


def _gate(request: Request[Any, Any, Any]) -> Gate:
    gate: Gate = request.app.state.gate
    return gate


def _refuse(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What the router refuses, before any dialect is reached: in the words of the one whose path it is."""
    if request.scope["path"].startswith(reports_v2.PATH):
        return misrouted(request, error)
    if request.scope["path"].startswith(webhooks_v1.PATH):
        return misrouted_webhooks(request, error)
    if error.status_code == 404:
        return http.text(404, "404 page not found")
    if error.status_code == 405:
        allowed = (error.headers or {}).get("allow", "")
        return http.text(405, "", {"Allow": ", ".join(sorted(allowed.split(", ")))})
    if error.status_code >= 500:
        raise error
    return http.text(error.status_code, error.detail)


def _fail(request: Request[Any, Any, Any], error: Exception) -> NoReturn:
    """A bug, which is for the edge to answer and to log. Litestar would answer it, and forget it."""
    raise error


def _open(app: Litestar) -> None:
    if app.state.crew is not None:
        app.state.crew.start()


async def _close(app: Litestar) -> None:
    if app.state.crew is not None:
        await app.state.crew.stopped()
    app.state.gate.close()
    # Whoever reads the database lets go of it before the server does.
    app.state.house.desk.close()
    app.state.house.database.close()
