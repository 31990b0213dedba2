"""Who is calling: Basic with a token or a password, or a session cookie.

A wrong e-mail and a wrong password are answered alike, in time too. Passwords are hashed on two
threads of their own, never more at once; one that was right is remembered for a minute, under a key
that a reset makes worthless.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import os
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from litestar.connection import ASGIConnection, Request
from litestar.di import NamedDependency
from msgspec import Struct

from hourhand.api.addresses import subscriber
from hourhand.api.http import Caller, House, header_of
from hourhand.api.limits import LeakyBucket, Throttle
from hourhand.core import accounts, new_accounts, passwords, sessions, tokens
from hourhand.core.accounts import Account, Credentials
from hourhand.core.errors import Forbidden, Invalid, NotFound, Problem, Unauthenticated

Connection = ASGIConnection[Any, Any, Any, Any]
COOKIE = "timer-session"
SECURE_COOKIE = "__Host-timer-session"
_TOKEN_PASSWORD = "api_token"  # noqa: S105 - the literal that says "the user name is a token"
_LONGEST_CREDENTIALS = 4096
_LONGEST_REQUEST = 300
_REMEMBERED_SECONDS = 60
_MOST_REMEMBERED = 1000
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class Gate:
    """Decides who a request comes from. One for the whole server, because it remembers."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._by_account = Throttle(10, 600, time.monotonic)
        self._by_address = Throttle(30, 600, time.monotonic)
        self._remembered = _Remembered()
        self._hashers = ThreadPoolExecutor(2, thread_name_prefix="argon2")
        rate = house.settings.rate
        self._requests = LeakyBucket(*rate, time.monotonic) if rate else None

    async def admit(self, connection: Connection, *, passwords: bool = True) -> Caller:
        """The caller of a request, who may come with a password where `passwords` says so.

        Raises `Unauthenticated` or `TooMany`.
        """
        address = _address(connection)
        try:
            caller = await self._caller(connection, address, passwords)
        except Unauthenticated:
            self._count(address)
            raise
        self._count((caller.account.id, address))
        return caller

    def admit_stranger(self, connection: Connection) -> None:
        """Count a request that needs no credentials, whoever it comes from. Raises `TooMany`."""
        self._count(_address(connection))

    async def log_in(self, connection: Connection, email: str, password: str) -> Account:
        """The account of an address and its password. Raises `Unauthenticated` or `TooMany`."""
        return await self._by_password(email, password, _address(connection))

    async def by_token(self, token: str, address: str) -> Account:
        """The account of an API token, for who does not come with a request. Raises `Unauthenticated` or `TooMany`."""
        try:
            account = await self._by_token(token)
        except Unauthenticated:
            self._count(address)
            raise
        self._count((account.id, address))
        return account

    async def matches(self, password: str, stored: str | None) -> bool:
        """Whether this is the password, found out on a thread kept for hashing."""
        return await asyncio.get_running_loop().run_in_executor(self._hashers, passwords.matches, password, stored)

    async def hashed(self, password: str) -> str:
        """The hash of a new password, made on a thread kept for hashing."""
        return await asyncio.get_running_loop().run_in_executor(self._hashers, passwords.hashed, password)

    async def confirm(self, caller: Caller, password: str | None) -> None:
        """Make sure that it is really the caller. Raises `Invalid`, or `TooMany` after too many guesses."""
        email = caller.account.email
        self._by_account.attempt(email)
        found = await self.house.database.read(lambda tx: accounts.credentials(tx, email))
        if not await self.matches(password or "", found.password_hash if found else None):
            raise Invalid(Problem(accounts.NOUN, "current_password", "invalid"))
        self._by_account.succeeded(email)

    async def sign_up(self, connection: Connection, draft: new_accounts.Draft, password: str | None) -> Account:
        """A new account, as the server's sign-up mode allows. Raises `Forbidden`, `Invalid`, `TooMany`."""
        settings = self.house.settings
        if settings.signup == "closed":
            raise Forbidden("sign up")
        # Counted before anything is looked up: the answer tells whether an address is taken.
        self._by_address.attempt(_address(connection))
        least = settings.password_min_length
        await self.house.database.read(lambda tx: new_accounts.check(tx, draft, password, least))
        password_hash = await self.hashed(password or "")
        return await self.house.database.write(
            lambda tx: new_accounts.sign_up(
                tx, self.house.vault, draft, password_hash, invited_only=settings.signup == "invite"
            )
        )

    def close(self) -> None:
        """Let go of the threads."""
        self._hashers.shutdown()

    async def _caller(self, connection: Connection, address: str, passwords: bool) -> Caller:
        software, request = header_of(connection, b"user-agent"), _request(connection)
        basic = _basic(header_of(connection, b"authorization"))
        if basic is None:
            return await self._by_session(connection, software, request)
        name, password = basic
        if password == _TOKEN_PASSWORD:
            return Caller(self.house, await self._by_token(name), software, request=request)
        if not passwords:
            raise Unauthenticated
        account = await self._by_password(name, password, address)
        return Caller(self.house, account, software, request=request)

    async def _by_token(self, token: str) -> Account:
        try:
            return await self.house.database.read(lambda tx: tokens.owner(tx, token))
        except NotFound:
            raise Unauthenticated from None

    async def _by_password(self, email: str, password: str, address: str) -> Account:
        email = email.strip().lower()
        found = await self.house.database.read(lambda tx: accounts.credentials(tx, email))
        if found is None or not self._remembered.has(found, password):
            await self._verify(email, password, address, found)
        if found is None:
            raise Unauthenticated
        try:
            return await self.house.database.read(lambda tx: accounts.find(tx, found.account_id))
        except NotFound:
            raise Unauthenticated from None

    async def _verify(self, email: str, password: str, address: str, found: Credentials | None) -> None:
        self._by_address.attempt(address)
        left = self._by_account.attempt(email)
        if len(password) > accounts.LONGEST_PASSWORD:
            raise Unauthenticated(left)
        if not await self.matches(password, found.password_hash if found else None) or found is None:
            raise Unauthenticated(left)
        self._by_address.succeeded(address)
        self._by_account.succeeded(email)
        self._remembered.add(found, password)

    async def _by_session(self, connection: Connection, software: str | None, request: str) -> Caller:
        session_id = session_cookie(connection, self.house.settings.https)
        if session_id is None:
            raise Unauthenticated
        try:
            account, stale = await self.house.database.read(lambda tx: sessions.find(tx, session_id))
        except NotFound:
            raise Unauthenticated from None
        _refuse_foreign_pages(connection, self.house)
        if stale:
            await self.house.database.write(lambda tx: sessions.touch(tx, session_id))
        return Caller(self.house, account, software, session_id, request)

    def _count(self, key: object) -> None:
        if self._requests is not None:
            self._requests.take(key)


# How a handler asks for the gate.
GateGiven = NamedDependency[Gate]


async def admit(request: Request[Any, Any, Any]) -> None:
    """Let only callers in where a handler asks for its caller, before the body is read."""
    await _admit(request, passwords=True)


async def admit_without_password(request: Request[Any, Any, Any]) -> None:
    """As `admit`, where only a token or a session lets in."""
    await _admit(request, passwords=False)


async def _admit(request: Request[Any, Any, Any], *, passwords: bool) -> None:
    # What Litestar calls a guard would do as well, but for that it copies the handler for each request.
    if "caller" in request.route_handler.parsed_fn_signature.parameters:
        gate: Gate = request.app.state.gate
        request.scope["state"]["caller"] = await gate.admit(request, passwords=passwords)


class _Remembered:
    """Passwords that were right a moment ago, as keyed digests."""

    def __init__(self) -> None:
        self._key = os.urandom(32)
        self._until: OrderedDict[bytes, float] = OrderedDict()

    def has(self, found: Credentials, password: str) -> bool:
        return self._until.get(self._digest(found, password), 0.0) > time.monotonic()

    def add(self, found: Credentials, password: str) -> None:
        self._until[self._digest(found, password)] = time.monotonic() + _REMEMBERED_SECONDS
        if len(self._until) > _MOST_REMEMBERED:
            self._until.popitem(last=False)

    def _digest(self, found: Credentials, password: str) -> bytes:
        about = f"{found.account_id}|{found.auth_epoch}|{found.password_hash}|{password}"
        return hmac.digest(self._key, about.encode("utf-8", "surrogatepass"), "sha256")


class Cookie(Struct, frozen=True):
    """The session cookie as it is set. Plain http gets a name and attributes that browsers accept there."""

    secure: bool

    @property
    def name(self) -> str:
        return SECURE_COOKIE if self.secure else COOKIE

    def header(self, session_id: str) -> str:
        """The `Set-Cookie` line; an empty id removes the cookie."""
        secure = "; Secure" if self.secure else ""
        age = f"; Max-Age={sessions.LONGEST_SECONDS if session_id else 0}"
        return f"{self.name}={session_id}; Path=/{age}; HttpOnly{secure}; SameSite=Lax"


def _request(connection: Connection) -> str:
    """Method and path, for the log: as they were sent, so that nothing in it is more than plain letters."""
    path: bytes = connection.scope["raw_path"] or b""
    return f"{connection.scope['method']} {path.decode('latin-1')}"[:_LONGEST_REQUEST]  # type: ignore[typeddict-item]


def _address(connection: Connection) -> str:
    """Whose tries are counted together."""
    return subscriber(connection.client.host) if connection.client else ""


def session_cookie(connection: Connection, https: bool) -> str | None:
    """The session id a request carries."""
    cookies = connection.cookies
    return cookies.get(SECURE_COOKIE) or (None if https else cookies.get(COOKIE)) or None


def _basic(header: str | None) -> tuple[str, str] | None:
    """User name and password of a Basic header; None where there is no such header."""
    if not header or len(header) > _LONGEST_CREDENTIALS:
        return None
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise Unauthenticated from None
    name, colon, password = decoded.partition(":")
    if not colon or "\0" in decoded:
        raise Unauthenticated
    return name, password


def _refuse_foreign_pages(connection: Connection, house: House) -> None:
    """A browser sends our cookie along from any page; only our own pages may change things with it."""
    if connection.scope["method"] in _SAFE_METHODS:  # type: ignore[typeddict-item]
        return
    origin = header_of(connection, b"origin")
    if origin and (origin == house.settings.base_url or origin in house.settings.cors_origins):
        return
    site = header_of(connection, b"sec-fetch-site")
    if (site and site not in ("same-origin", "none")) or (origin and not site):
        raise Unauthenticated
