"""Settings: where they come from, which one wins, and what is refused in which words."""

from __future__ import annotations

import ipaddress
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hourhand.settings import PREFIX, Settings, SettingsError, documentation, load

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"
FIELDS = msgspec.structs.fields(Settings)


def test_without_anything_given_the_defaults_hold(tmp_path: Path) -> None:
    assert load({}, cwd=tmp_path) == Settings()
    assert load({"PATH": "/bin", "HOURHANDED": "1"}, cwd=tmp_path) == Settings()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("database", "sqlite:////var/lib/hourhand.db", "sqlite:////var/lib/hourhand.db"),
        ("database", "postgresql://ann:pass@db/time", "postgresql://ann:pass@db/time"),
        ("host", "::", "::"),
        ("port", "0", 0),
        ("public_url", "https://time.example.org:8443", "https://time.example.org:8443"),
        ("key_file", "/etc/hourhand.key", "/etc/hourhand.key"),
        ("signup", "invite", "invite"),
        ("v8_mode", "recorded", "recorded"),
        ("rate_limit", "20/100", "20/100"),
        ("body_limit", "1024", 1024),
        ("password_min_length", "128", 128),
        (
            "cors_origins",
            "https://one.example, http://two.example:8080",
            ("https://one.example", "http://two.example:8080"),
        ),
        ("cors_origins", "", ()),
        ("trusted_proxies", "10.0.0.1,fd00::/8", ("10.0.0.1", "fd00::/8")),
        ("connections_per_address", "1", 1),
        ("history_days", "365", 365),
        ("csv_formulas", "exact", "exact"),
        ("reports", "inside", "inside"),
        ("report_memory", "0", 0),
        ("report_process_memory", "256", 256),
        ("report_seconds", "86400", 86400),
        ("report_file_size", "1", 1),
        ("log", "off", "off"),
        ("metrics_token", "0123456789abcdef", "0123456789abcdef"),
        ("metrics_token", "", ""),
        ("webhook_limit", "0", 0),
        ("webhook_allow_networks", "192.168.1.0/24,fd00::/8", ("192.168.1.0/24", "fd00::/8")),
        ("worker", "off", "off"),
        ("smtp_url", "smtps://ann%40example.org:p%3Aw@[::1]:465", "smtps://ann%40example.org:p%3Aw@[::1]:465"),
        ("mail_from", "Time keeper <time@example.org>", "Time keeper <time@example.org>"),
        ("feedback_email", "ops@example.org", "ops@example.org"),
    ],
)
def test_a_value_of_the_environment_is_read(tmp_path: Path, name: str, text: str, value: object) -> None:
    assert load({PREFIX + name.upper(): text}, cwd=tmp_path) == msgspec.structs.replace(Settings(), **{name: value})


def test_every_setting_is_tried_above() -> None:
    [mark] = [mark for mark in test_a_value_of_the_environment_is_read.pytestmark if mark.name == "parametrize"]  # type: ignore[attr-defined]
    assert {name for name, _, _ in mark.args[1]} == set(Settings.__struct_fields__)


@pytest.mark.parametrize(
    ("name", "text", "allowed"),
    [
        ("host", "two words", "address to listen on"),
        ("host", "", "address to listen on"),
        ("port", "http", "1 to 65535"),
        ("port", "65536", "1 to 65535"),
        ("port", "-1", "1 to 65535"),
        ("port", "80.5", "1 to 65535"),
        ("public_url", "time.example.org", "`http://` or `https://`"),
        ("public_url", "ftp://time.example.org", "`http://` or `https://`"),
        ("public_url", "https://time.example.org/hours", "without a path"),
        ("public_url", "https://time.example.org?x=1", "without a path"),
        ("key_file", "", "path of the key"),
        ("signup", "everyone", "`closed`"),
        ("v8_mode", "v9", "`documented` or `recorded`"),
        ("csv_formulas", "off", "`exact`"),
        ("reports", "outside", "`inside`"),
        ("report_memory", "-1", "a million entries"),
        ("report_process_memory", "255", "256 to 1048576"),
        ("report_seconds", "0", "1 to 86400"),
        ("report_file_size", "0", "1 to 1048576"),
        ("rate_limit", "10", "`20/100`"),
        ("rate_limit", "0/5", "`20/100`"),
        ("rate_limit", "default", "`standard`"),
        ("body_limit", "1023", "1024 to 67108864"),
        ("body_limit", "67108865", "1024 to 67108864"),
        ("password_min_length", "5", "6 to 128"),
        ("password_min_length", "129", "6 to 128"),
        ("cors_origins", "*", "https://one.example"),
        ("cors_origins", "https://one.example/", "https://one.example"),
        ("trusted_proxies", "proxy.example", "10.0.0.1"),
        ("trusted_proxies", "10.0.0.1/8", "10.0.0.1"),
        ("connections_per_address", "0", "1 to 100000"),
        ("log", "JSON", "`json`"),
        ("webhook_limit", "-1", "0 to 1000"),
        ("webhook_allow_networks", "home.example", "192.168.1.0/24"),
        ("webhook_allow_networks", "192.168.1.1/24", "192.168.1.0/24"),
        ("worker", "on", "`inside`"),
        ("mail_from", "nobody", "`name@example.org`"),
        ("feedback_email", "Ops <ops@example.org>", "`name@example.org`"),
        ("feedback_email", "ops@example.org, eve@example.org", "`name@example.org`"),
        ("mail_from", "A <a@example.org>, B <b@example.org>", "`name@example.org`"),
        ("mail_from", "A\nBcc: b@example.org <a@example.org>", "`name@example.org`"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_can(tmp_path: Path, name: str, text: str, allowed: str) -> None:
    message = _refusal({PREFIX + name.upper(): text}, tmp_path)
    assert message.startswith(f"{PREFIX}{name.upper()} cannot be {text!r}. ")
    assert allowed in message


@pytest.mark.parametrize("url", ["", "open-sesame", "sqlite:///", "mysql://ann:open-sesame@db/time"])
def test_a_secret_that_cannot_be_is_refused_without_showing_it(tmp_path: Path, url: str) -> None:
    message = _refusal({"HOURHAND_DATABASE": url}, tmp_path)
    assert message.startswith("HOURHAND_DATABASE cannot be as it is. Where the data lies")
    assert "sesame" not in message


@pytest.mark.parametrize(
    "url", ["", "open-sesame", "http://ann:open-sesame@mail", "smtp://ann:open-sesame@mail:99999", "smtp://a@b@sesame"]
)
def test_a_mail_server_that_cannot_be_is_refused_without_showing_it(tmp_path: Path, url: str) -> None:
    message = _refusal({"HOURHAND_SMTP_URL": url}, tmp_path)
    assert message.startswith("HOURHAND_SMTP_URL cannot be as it is. The mail server: `smtp://")
    assert "sesame" not in message


@pytest.mark.parametrize("token", ["open-sesame", "0123456789abcde", "open sesame open sesame", "öffne-dich-sesame"])
def test_a_token_of_the_metrics_that_could_be_guessed_is_refused_without_showing_it(tmp_path: Path, token: str) -> None:
    message = _refusal({"HOURHAND_METRICS_TOKEN": token}, tmp_path)
    assert message.startswith("HOURHAND_METRICS_TOKEN cannot be as it is. The token that opens `GET /metrics`")
    assert "at least 16" in message
    assert "sesame" not in message


def test_an_unknown_name_is_refused_with_the_nearest(tmp_path: Path) -> None:
    assert _refusal({"HOURHAND_PROT": "1"}, tmp_path) == "HOURHAND_PROT is not a setting; did you mean HOURHAND_PORT?"
    assert _refusal({"HOURHAND_XYZZY": "1"}, tmp_path) == "HOURHAND_XYZZY is not a setting"
    path = _file(tmp_path, "signups = 'open'")
    assert _refusal({}, tmp_path) == f"{path}: signups is not a setting; did you mean signup?"


def test_a_file_in_the_working_directory_is_read(tmp_path: Path) -> None:
    _file(tmp_path, 'port = 9000\ncors_origins = ["https://one.example"]\ntrusted_proxies = "10.0.0.1, 10.0.0.2"')
    settings = load({}, cwd=tmp_path)
    assert (settings.port, settings.cors_origins) == (9000, ("https://one.example",))
    assert settings.trusted_proxies == ("10.0.0.1", "10.0.0.2")


def test_a_file_that_is_named_takes_the_place_of_that_in_the_working_directory(tmp_path: Path) -> None:
    _file(tmp_path, "port = 9000")
    named = tmp_path / "other.toml"
    named.write_text("host = '0.0.0.0'")
    settings = load({"HOURHAND_CONFIG": str(named)}, cwd=tmp_path)
    assert (settings.host, settings.port) == ("0.0.0.0", 8300)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("port = ", "is not TOML: "),
        ("port = true", ": port cannot be True. The port to listen on"),
        ("[server]\nport = 1", ": server is not a setting"),
    ],
)
def test_a_file_with_a_mistake_is_refused_by_its_name(tmp_path: Path, text: str, message: str) -> None:
    path = _file(tmp_path, text)
    refusal = _refusal({}, tmp_path)
    assert refusal.startswith(str(path))
    assert message in refusal


def test_a_named_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    refusal = _refusal({"HOURHAND_CONFIG": str(tmp_path / "gone.toml")}, tmp_path)
    assert refusal == f"HOURHAND_CONFIG: {tmp_path}/gone.toml cannot be read: No such file or directory"


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    _file(tmp_path, "host = 'from-file'\nport = 1\nsignup = 'open'")
    environ = {"HOURHAND_HOST": "from-environment", "HOURHAND_PORT": "2"}
    settings = load(environ, {"port": 3, "host": None, "database": None}, cwd=tmp_path)
    assert (settings.port, settings.host, settings.signup) == (3, "from-environment", "open")


def test_an_option_that_cannot_be_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"\A--port cannot be 70000\. The port"):
        load({}, {"port": 70000}, cwd=tmp_path)


def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "database"
    secret.write_text("postgresql://ann:open-sesame@db/time\n")
    wanted = "postgresql://ann:open-sesame@db/time"
    assert load({"HOURHAND_DATABASE_FILE": str(secret)}, cwd=tmp_path).database == wanted
    _file(tmp_path, f"database_file = '{secret}'")
    assert load({}, cwd=tmp_path).database == wanted
    assert load({"HOURHAND_DATABASE": "sqlite:///x.db"}, cwd=tmp_path).database == "sqlite:///x.db"


def test_a_secret_and_its_file_together_are_refused(tmp_path: Path) -> None:
    environ = {"HOURHAND_DATABASE": "sqlite:///x.db", "HOURHAND_DATABASE_FILE": "/run/secrets/database"}
    message = "HOURHAND_DATABASE and HOURHAND_DATABASE_FILE are both given; one is enough"
    assert _refusal(environ, tmp_path) == message


def test_a_secret_whose_file_is_missing_or_wrong_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "database"
    missing = _refusal({"HOURHAND_DATABASE_FILE": str(secret)}, tmp_path)
    assert missing == f"HOURHAND_DATABASE_FILE: {secret} cannot be read: No such file or directory"
    secret.write_text("open-sesame")
    wrong = _refusal({"HOURHAND_DATABASE_FILE": str(secret)}, tmp_path)
    assert wrong.startswith("HOURHAND_DATABASE_FILE cannot be as it is. ")


def test_what_is_no_secret_does_not_come_from_a_file(tmp_path: Path) -> None:
    assert "is not a setting" in _refusal({"HOURHAND_HOST_FILE": "/etc/hostname"}, tmp_path)


@pytest.mark.parametrize(
    ("given", "base_url"),
    [
        ({}, "http://127.0.0.1:8300"),
        ({"host": "::1", "port": 80}, "http://[::1]:80"),
        ({"public_url": "https://time.example.org/"}, "https://time.example.org"),
    ],
)
def test_the_base_url_is_the_public_one_or_made_of_host_and_port(given: dict[str, Any], base_url: str) -> None:
    settings = Settings(**given)
    assert settings.base_url == base_url
    assert settings.https is base_url.startswith("https:")


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({}, "data/secret.key"),
        ({"database": "sqlite:////var/lib/hourhand.db"}, "/var/lib/secret.key"),
        ({"database": "postgresql://db/time"}, "data/secret.key"),
        ({"database": "postgresql://db/time", "key_file": "/etc/hourhand.key"}, "/etc/hourhand.key"),
    ],
)
def test_the_key_lies_where_it_is_said_or_beside_the_data(given: dict[str, Any], path: str) -> None:
    assert Settings(**given).key_path == Path(path)


@pytest.mark.parametrize(
    ("words", "rate"), [("standard", (10, 60)), ("toggl", (1, 3)), ("20/100", (20, 100)), ("off", None)]
)
def test_a_rate_has_a_burst(words: str, rate: tuple[int, int] | None) -> None:
    assert Settings(rate_limit=words).rate == rate


def test_proxies_are_networks_to_look_addresses_up_in(tmp_path: Path) -> None:
    settings = load({"HOURHAND_TRUSTED_PROXIES": "10.0.0.0/8,::1"}, cwd=tmp_path)
    assert [ipaddress.ip_address("10.1.2.3") in proxy for proxy in settings.proxies] == [True, False]


def test_every_setting_is_documented_in_its_own_words() -> None:
    table = documentation()
    assert table.count("\n") == len(FIELDS) + 2
    for field in FIELDS:
        assert f"| `{PREFIX}{field.name.upper()}` | " in table
    assert " |  |\n" not in table


def test_the_documentation_holds_this_table() -> None:
    assert documentation() in DOCS.read_text()


def test_the_example_of_the_documentation_is_accepted(tmp_path: Path) -> None:
    example = DOCS.read_text().split("```toml\n")[1].split("```")[0]
    given = tomllib.loads(example)
    secret = tmp_path / "database"
    secret.write_text("sqlite:///x.db")
    _file(tmp_path, example.replace(given["database_file"], str(secret)))
    assert load({}, cwd=tmp_path).public_url == given["public_url"]


def _file(folder: Path, text: str) -> Path:
    path = folder / "hourhand.toml"
    path.write_text(text)
    return path


def _refusal(environ: dict[str, str], cwd: Path) -> str:
    with pytest.raises(SettingsError) as refusal:
        load(environ, cwd=cwd)
    message = str(refusal.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("database", "place"),
    [
        ("sqlite:///data/hourhand.db", "sqlite:///data/hourhand.db"),
        ("sqlite:////srv/a@b?c.db", "sqlite:////srv/a@b?c.db"),
        ("postgresql://ann:se%40cret@db:5432/hours", "postgresql://db:5432/hours"),
        ("postgresql://ann@db/hours", "postgresql://db/hours"),
        ("postgresql:///hours?host=/run&password=secret", "postgresql:///hours"),
    ],
)
def test_where_the_data_lies_is_said_without_a_password(database: str, place: str) -> None:
    assert Settings(database=database).data_place == place
