"""What help texts and outputs of all commands share."""

from __future__ import annotations

import click

database_option = click.option("--database", metavar="URL", help="The database, instead of HOURHAND_DATABASE's.")


def examples(*lines: str) -> str:
    """The end of a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def printable(text: str) -> str:
    """A text that somebody else typed, without what could move a terminal's cursor or end a line."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
