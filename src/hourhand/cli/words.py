"""What help texts and outputs of all commands share."""

from __future__ import annotations

import json

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
database_option = click.option("--database", metavar="URL", help="The database, instead of HOURHAND_DATABASE's.")


def examples(*lines: str) -> str:
    """The end of a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def print_list(found: list[dict[str, object]], *, as_json: bool) -> None:
    """Print what was found, for programs to read: in JSON, or a line each with tabs between."""
    if as_json:
        click.echo(json.dumps(found))
        return
    for it in found:
        click.echo("\t".join(printable(str(value)) for value in it.values()))


def printable(text: str) -> str:
    """A text that somebody else typed, without what could move a terminal's cursor or end a line."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
