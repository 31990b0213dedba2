"""What an operator can choose, read once at the start from the environment and a TOML file.

A field of `Settings` is all a new setting needs: its description is both its line in
`docs/settings.md` and the second half of the refusal of a bad value.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from hourhand.db import sqlite_path

PREFIX = "HOURHAND_"
_CONFIG = PREFIX + "CONFIG"
_FILE = "hourhand.toml"
_ORIGIN = r"^https?://[^/?#@\s]+$"
_SMTP = r"^smtps?://([^/?#@\s]+@)?([^/?#@:\[\]\s]+|\[[0-9a-fA-F:.]+\])(:[1-9]\d{0,4})?/?$"
_ATOM = r"[^<>@,;:\"\\()\[\]\s]+"
_SENDER = rf"^({_ATOM}( +{_ATOM})* +<{_ATOM}@{_ATOM}>|{_ATOM}@{_ATOM})$"
_ADDRESS = rf"^{_ATOM}@{_ATOM}$"
_URL = r"^https?://[^/?#@\s]+/?$"
_HARD_TO_GUESS = r"^([!-~]{16,})?$"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class SettingsError(Exception):
    """A setting that cannot be; the message is one line, and holds no secret."""

    exit_code = 2


class Settings(Struct, frozen=True, kw_only=True):
    """All settings. A field whose extra says `secret` can come from a file, and is never printed."""

    database: Annotated[
        str,
        Meta(
            pattern=r"^(sqlite:///|postgres(ql)?://).",
            description="Where the data lies: `sqlite:///relative.db`, `sqlite:////absolute.db` or "
            "`postgresql://USER:PASSWORD@HOST:PORT/NAME`.",
            extra={"secret": True},
        ),
    ] = "sqlite:///data/hourhand.db"
    host: Annotated[
        str,
        Meta(pattern=r"^[^\s/]+$", description="The address to listen on; `0.0.0.0` or `::` for all of the machine's."),
    ] = "127.0.0.1"
    port: Annotated[
        int,
        Meta(ge=0, le=65535, description="The port to listen on, 1 to 65535; 0 takes any that is free."),
    ] = 8300
    public_url: Annotated[
        Annotated[str, Meta(pattern=_URL)] | None,
        Meta(
            description="The address that people use, where it differs from host and port, as behind a proxy: "
            "`http://` or `https://` and a name, without a path."
        ),
    ] = None
    key_file: Annotated[
        Annotated[str, Meta(min_length=1)] | None,
        Meta(
            description="The path of the key that seals stored tokens. It is made at the first start. Without this "
            "setting it is `secret.key` beside the SQLite file, or `data/secret.key` with PostgreSQL."
        ),
    ] = None
    signup: Annotated[
        Literal["closed", "open", "invite"],
        Meta(
            description="Who may sign up: `closed` nobody, `invite` those who were invited to a workspace, `open` "
            "anyone."
        ),
    ] = "closed"
    v8_mode: Annotated[
        Literal["documented", "recorded"],
        Meta(
            description="Where API v8 as documented and as once recorded from the original differ, follow which: "
            "`documented` or `recorded`."
        ),
    ] = "documented"
    rate_limit: Annotated[
        str,
        Meta(
            pattern=r"^(standard|toggl|off|[1-9]\d{0,5}/[1-9]\d{0,5})$",
            description="Requests that an account may make from an address, or a stranger from theirs: `standard` is "
            "10 a second after a burst of 60, `toggl` is 1 a second after a burst of 3, `off` is no limit, and "
            "`20/100` is 20 a second after a burst of 100.",
        ),
    ] = "standard"
    body_limit: Annotated[
        int,
        Meta(ge=1 << 10, le=64 << 20, description="The largest request body, 1024 to 67108864 bytes."),
    ] = 1 << 20
    password_min_length: Annotated[
        int,
        Meta(ge=6, le=128, description="The fewest characters of a new password, 6 to 128."),
    ] = 6
    cors_origins: Annotated[
        tuple[Annotated[str, Meta(pattern=_ORIGIN)], ...],
        Meta(
            description="Web pages of other origins that may call the API from a browser, as "
            "`https://one.example,https://two.example`."
        ),
    ] = ()
    trusted_proxies: Annotated[
        tuple[str, ...],
        Meta(
            description="Addresses or networks of the proxies whose `X-Forwarded-For` is believed, as "
            "`10.0.0.1,fd00::/8`."
        ),
    ] = ()
    connections_per_address: Annotated[
        int,
        Meta(ge=1, le=100_000, description="Connections that one address may have open at once, 1 to 100000."),
    ] = 200
    history_days: Annotated[
        int,
        Meta(
            ge=0,
            le=36_500,
            description="How many days `hourhand history --forget` keeps of what happened, 1 to 36500; 0 keeps all.",
        ),
    ] = 0
    csv_formulas: Annotated[
        Literal["defused", "exact"],
        Meta(
            description="What becomes of text in CSV files that a spreadsheet would run as a formula: `defused` puts "
            "an apostrophe before it, `exact` leaves it as it was typed, for files that only programs read."
        ),
    ] = "defused"
    reports: Annotated[
        Literal["processes", "inside"],
        Meta(
            description="Where reports are made: in `processes` of their own, two of them, which leave the server its "
            "processor and its memory, or `inside` it, for a machine that has little of either."
        ),
    ] = "processes"
    report_memory: Annotated[
        int,
        Meta(
            ge=0,
            le=1 << 20,
            description="MiB for the entries of large workspaces, packed so that their reports are quick, in each of "
            "the two processes that make reports; 40 MiB hold a million entries, 0 packs none.",
        ),
    ] = 256
    report_process_memory: Annotated[
        int,
        Meta(
            ge=256,
            le=1 << 20,
            description="MiB that a process which makes reports may need before it is ended, 256 to 1048576.",
        ),
    ] = 2048
    report_seconds: Annotated[
        int,
        Meta(ge=1, le=86_400, description="How many seconds a report may take before it is given up, 1 to 86400."),
    ] = 600
    report_file_size: Annotated[
        int,
        Meta(
            ge=1,
            le=1 << 20,
            description="MiB that a file of a report may have, 1 to 1048576. It is written below the system's folder "
            "for temporary files first.",
        ),
    ] = 2048
    log: Annotated[
        Literal["json", "off"],
        Meta(description="`json` writes a line for each request to the standard output, `off` does not."),
    ] = "json"
    metrics_token: Annotated[
        str,
        Meta(
            pattern=_HARD_TO_GUESS,
            description="The token that opens `GET /metrics` to Prometheus, at least 16 letters, digits and signs "
            "without spaces. Without it there are no metrics.",
            extra={"secret": True},
        ),
    ] = ""
    webhook_limit: Annotated[
        int,
        Meta(ge=0, le=1000, description="How many enabled webhooks somebody may have in a workspace, 0 to 1000."),
    ] = 5
    webhook_allow_networks: Annotated[
        tuple[str, ...],
        Meta(
            description="Networks whose addresses webhooks may call although they are not public, as "
            "`192.168.1.0/24,fd00::/8`; there on any port."
        ),
    ] = ()
    worker: Annotated[
        Literal["inside", "off"],
        Meta(
            description="Who does what is to be done later, as sending mail: `inside` this server itself, `off` only "
            "processes of their own, started with `hourhand worker`."
        ),
    ] = "inside"
    smtp_url: Annotated[
        Annotated[str, Meta(pattern=_SMTP)] | None,
        Meta(
            description="The mail server: `smtp://USER:PASSWORD@HOST:PORT`, with STARTTLS on the way to another "
            "machine, or `smtps://…` for TLS from the start. Without it mails go to the log.",
            extra={"secret": True},
        ),
    ] = None
    mail_from: Annotated[
        str,
        Meta(pattern=_SENDER, description="Whom mails are from: `name@example.org` or `Name <name@example.org>`."),
    ] = "Hourhand <hourhand@localhost>"
    feedback_email: Annotated[
        Annotated[str, Meta(pattern=_ADDRESS)] | None,
        Meta(
            description="Whom the feedback that people send from their clients goes to, `name@example.org`. Without it "
            "feedback goes to the log."
        ),
    ] = None

    @property
    def base_url(self) -> str:
        """The address that people use, without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url.rstrip("/") if self.public_url else f"http://{host}:{self.port}"

    @property
    def https(self) -> bool:
        """Whether people reach the server by https."""
        return self.base_url.startswith("https://")

    @property
    def key_path(self) -> Path:
        """Where the sealing key lies."""
        if self.key_file is not None:
            return Path(self.key_file)
        folder = sqlite_path(self.database).parent if self.database.startswith("sqlite:") else Path("data")
        return folder / "secret.key"

    @property
    def data_place(self) -> str:
        """Where the data lies, without the password that its URL may hold."""
        if self.database.startswith("sqlite:"):
            return self.database
        return re.sub("//[^/]*@", "//", self.database).partition("?")[0]

    @property
    def rate(self) -> tuple[int, int] | None:
        """Requests a second and the burst before that, or None where there is no limit."""
        if self.rate_limit == "off":
            return None
        words = {"standard": "10/60", "toggl": "1/3"}.get(self.rate_limit, self.rate_limit)
        rate, burst = words.split("/")
        return int(rate), int(burst)

    @property
    def proxies(self) -> tuple[Network, ...]:
        """`trusted_proxies`, to look addresses up in."""
        return _networks(self.trusted_proxies)

    @property
    def callable_networks(self) -> tuple[Network, ...]:
        """`webhook_allow_networks`, to look addresses up in."""
        return _networks(self.webhook_allow_networks)


# What a pattern cannot say; each raises `ValueError`.
_CHECKS: dict[str, Callable[[Any], object]] = {
    "trusted_proxies": lambda proxies: _networks(proxies),
    "webhook_allow_networks": lambda networks: _networks(networks),
    "smtp_url": lambda url: urlsplit(url).port,
}
_FIELDS: dict[str, Any] = {
    name: hint
    for name, hint in get_type_hints(Settings, include_extras=True).items()
    if name in Settings.__struct_fields__
}


def load(environ: Mapping[str, str], argv_overrides: Mapping[str, object] | None = None, *, cwd: Path) -> Settings:
    """The settings of this process.

    The command line's overrides (None where an option was not given) win over the environment, and
    that over the file, which is the one `HOURHAND_CONFIG` names or `hourhand.toml` in `cwd`.
    Raises `SettingsError`.
    """
    values = _from_file(environ, cwd)
    values |= _from_environment(environ)
    for name, value in (argv_overrides or {}).items():
        if value is not None:
            values[name] = _converted(name, value, f"--{name.replace('_', '-')}")
    return Settings(**values)


def documentation() -> str:
    """The settings as a Markdown table."""
    lines = ["| setting | default | meaning |", "|---|---|---|"]
    for field in msgspec.structs.fields(Settings):
        name, meta = PREFIX + field.name.upper(), _meta(field.name)
        from_file = f" Or `{name}_FILE`: the path of a file that holds it." if _is_secret(field.name) else ""
        default = "" if field.default in (None, (), "") else f"`{field.default}`"
        lines.append(f"| `{name}` | {default} | {meta.description}{from_file} |")
    return "\n".join(lines) + "\n"


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    given = {name: value for name, value in environ.items() if name.startswith(PREFIX) and name != _CONFIG}
    return _read(given, {PREFIX + name.upper(): name for name in _FIELDS}, suffix="_FILE", where="")


def _from_file(environ: Mapping[str, str], cwd: Path) -> dict[str, Any]:
    path = Path(environ[_CONFIG]) if _CONFIG in environ else cwd / _FILE
    if _CONFIG not in environ and not path.exists():
        return {}
    try:
        given = tomllib.loads(_text(path, _CONFIG if _CONFIG in environ else _FILE))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not TOML: {error}") from None
    return _read(given, {name: name for name in _FIELDS}, suffix="_file", where=f"{path}: ")


def _read(given: Mapping[str, Any], names: Mapping[str, str], *, suffix: str, where: str) -> dict[str, Any]:
    """Values by field, from values by the names that one source has for the fields."""
    by_file = {label + suffix: label for label, name in names.items() if _is_secret(name)}
    values = {}
    for label, value in given.items():
        if label in names:
            values[names[label]] = _converted(names[label], value, where + label)
        elif label not in by_file:
            raise SettingsError(f"{where}{label} is not a setting{_nearest(label, [*names, *by_file, _CONFIG])}")
        elif by_file[label] in given:
            raise SettingsError(f"{where}{by_file[label]} and {label} are both given; one is enough")
        else:
            secret = _text(Path(str(value)), where + label).strip()
            values[names[by_file[label]]] = _converted(names[by_file[label]], secret, where + label)
    return values


def _converted(name: str, value: object, label: str) -> Any:
    try:
        parts = value.split(",") if _is_list(name) and isinstance(value, str) else None
        plain = value if parts is None else [part.strip() for part in parts if part.strip()]
        converted = msgspec.convert(plain, _FIELDS[name], strict=False)
        if name in _CHECKS and converted is not None:
            _CHECKS[name](converted)
    except (msgspec.ValidationError, ValueError):
        shown = "as it is" if _is_secret(name) else repr(value)
        raise SettingsError(f"{label} cannot be {shown}. {_meta(name).description}") from None
    return converted


def _networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(text) for text in texts)


def _text(path: Path, label: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SettingsError(f"{label}: {path} cannot be read: {reason}") from None


def _nearest(name: str, known: list[str]) -> str:
    # Without the prefix, which makes any two names look alike.
    by_end = {label.removeprefix(PREFIX): label for label in known}
    found = difflib.get_close_matches(name.removeprefix(PREFIX), by_end, n=1)
    return f"; did you mean {by_end[found[0]]}?" if found else ""


def _meta(name: str) -> Meta:
    meta: Meta = _FIELDS[name].__metadata__[0]
    return meta


def _is_secret(name: str) -> bool:
    return bool((_meta(name).extra or {}).get("secret"))


def _is_list(name: str) -> bool:
    return isinstance(Settings.__struct_defaults__[Settings.__struct_fields__.index(name)], tuple)
