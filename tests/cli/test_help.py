"""Help, version, and errors in one line."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from hourhand import __version__
from hourhand.cli import hourhand
from tests.cli.conftest import Cli


def commands(command: click.Command, *words: str) -> Iterator[tuple[str, ...]]:
    """The words of a command and of all that are below it."""
    yield words
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from commands(below, *words, name)


@pytest.mark.parametrize("words", [*commands(hourhand)], ids=" ".join)
def test_every_help_has_an_example(on_sqlite: Cli, words: tuple[str, ...]) -> None:
    shown = on_sqlite.done(*words, "--help")
    usage, examples = shown.split("Examples:\n")
    assert usage.startswith(" ".join(("Usage: hourhand", *words)))
    for line in examples.splitlines():
        assert line.strip().startswith(" ".join(("hourhand", *words)))


@pytest.mark.parametrize("words", [(), ("account",)])
def test_a_group_without_a_command_shows_its_help(on_sqlite: Cli, words: tuple[str, ...]) -> None:
    assert on_sqlite.done(*words) == on_sqlite.done(*words, "--help")


def test_the_version_is_told(on_sqlite: Cli) -> None:
    assert on_sqlite.done("--version") == f"hourhand {__version__}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nonsense"], "nonsense"),
        (["account", "nonsense"], "nonsense"),
        (["migrate", "--nonsense"], "--nonsense"),
        (["account", "token"], "EMAIL"),
        (["serve", "--port", "many"], "--port"),
        (["migrate", "--database", "mysql://localhost/hourhand"], "sqlite:///relative.db"),
        (["migrate", "--database", "postgresql://nobody@127.0.0.1:1/x"], "cannot be reached"),
        (["migrate", "--database", "sqlite:////proc/nowhere/hourhand.db"], "/proc/nowhere"),
    ],
)
def test_wrong_words_are_refused_in_one_line(on_sqlite: Cli, words: list[str], said: str) -> None:
    assert said in on_sqlite.refused(*words)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HOURHAND_PROT", "80", "HOURHAND_PROT is not a setting; did you mean HOURHAND_PORT?"),
        ("HOURHAND_PORT", "many", "HOURHAND_PORT"),
        ("HOURHAND_CONFIG", "nowhere.toml", "nowhere.toml"),
    ],
)
def test_settings_that_cannot_be_are_refused_in_one_line(on_sqlite: Cli, name: str, value: str, said: str) -> None:
    on_sqlite.environment[name] = value
    for words in (["serve"], ["account", "list"]):
        assert said in on_sqlite.refused(*words)


def test_the_option_wins_over_the_environment(on_sqlite: Cli) -> None:
    on_sqlite.done("account", "add", "ann@example.org", "--no-password", "--database", "sqlite:///other.db")
    assert on_sqlite.done("account", "list") == ""
    assert "ann@example.org" in on_sqlite.done("account", "list", "--database", "sqlite:///other.db")
