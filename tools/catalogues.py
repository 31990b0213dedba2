"""Brings the catalogues of `hourhand.languages` up to date with the texts in the code: `make catalogues`.

New texts come in empty, texts that are gone go, translations stay as they are. A language without a file gets one.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from babel import Locale
from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from hourhand import __version__
from hourhand.api.v8 import messages as refusals
from hourhand.languages import CATALOGUES, FOLDER, Text
from hourhand.mail import messages as mails
from hourhand.reports import print_words
from hourhand.web import invitations, pages, passwords


def said_in(path: Path) -> dict[Text, str]:
    """The texts that the functions of a file give to `say`, each with the name of the first one that does.

    Raises `ValueError` for what is no text as it stands there: nobody could translate it.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said: dict[Text, str] = {}
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        calls = [node for node in ast.walk(function) if isinstance(node, ast.Call) and ast.unparse(node.func) == "say"]
        for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
            said.setdefault(ast.literal_eval(call.args[0]), function.name.strip("_").replace("_", " "))
    return said


# Who has texts to translate, each with a note for the translator.
PLACES: dict[str, Callable[[], dict[Text, str]]] = {
    "API v8": refusals.texts,
    "mail": partial(said_in, Path(mails.__file__)),
    "page": partial(said_in, Path(pages.__file__)),
    "page of an invitation": partial(said_in, Path(invitations.__file__)),
    "printed report": partial(said_in, Path(print_words.__file__)),
    "page for a lost password": partial(said_in, Path(passwords.__file__)),
}
_HEADER = """\
# Hourhand in {language}. What each text is for stands above it; people are addressed formally.
# Names in braces stay as they are. `make catalogues` adds new texts."""


def main(folder: Path = FOLDER) -> None:
    """Write every catalogue, and say what is left to translate."""
    for name in sorted(CATALOGUES.values()):
        path = folder / f"{name}.po"
        catalogue = updated(path, name)
        with path.open("wb") as file:
            write_po(file, catalogue, width=120, ignore_obsolete=True)
        left = sum(1 for message in catalogue if message.id and not (message.string and all(message.string)))
        print(f"{path.name}: {len(catalogue)} texts, {left} to translate")


def updated(path: Path, name: str) -> Catalog:
    """The catalogue of a language as it is in its file, with all texts of now and no others."""
    template = _template()
    catalogue = _begun(name)
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=name)
    # No guesses: a translation of a text that was like this one is not one of this.
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    return catalogue


def _template() -> Catalog:
    template = Catalog(project="Hourhand")
    for place, texts in PLACES.items():
        for text, note in texts().items():
            template.add(text, auto_comments=[f"{place}: {note}"])
    return template


def _begun(name: str) -> Catalog:
    now = datetime.now(UTC)
    catalogue = Catalog(
        locale=name,
        project="Hourhand",
        version=__version__,
        msgid_bugs_address="see CONTRIBUTING.md",
        creation_date=now,
        revision_date=now,
        last_translator="Hourhand",
        language_team="Hourhand",
        fuzzy=False,
    )
    catalogue.header_comment = _HEADER.format(language=Locale.parse(name).english_name)
    return catalogue


if __name__ == "__main__":
    main()
