"""Every text that is said in the reader's language is in every catalogue, translated, with the same values."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel.messages import Catalog, Message
from babel.messages.pofile import read_po, write_po

from hourhand import core
from hourhand.api.v8 import messages, routes
from hourhand.api.v8.wire import Wrapper
from hourhand.core import accounts
from hourhand.core.errors import Problem
from hourhand.languages import CATALOGUES, FOLDER, english
from tools import catalogues

NAMES = sorted(CATALOGUES.values())
TEXTS = {text for texts in catalogues.PLACES.values() for text in texts()}
CORE = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(Path(core.__file__).parent.glob("*.py"))]
# What drafts and changes hold besides what is sent under that name, or under one of its own.
GROUPS = {"place", "said", "settings", "unreadable"}
# What is refused by the API of webhooks alone, which speaks English.
OF_WEBHOOKS = {"url", "filters", "secret", "entity", "action", "enabled"}


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    param: str = request.param
    return param


@pytest.fixture
def catalogue(name: str) -> Catalog:
    return _read(FOLDER / f"{name}.po")


def test_every_language_of_a_profile_has_its_catalogue_and_nothing_else_has() -> None:
    assert {"en_US", *CATALOGUES} == set(accounts.LANGUAGES)
    assert sorted(path.stem for path in FOLDER.glob("*.po")) == NAMES


def test_a_catalogue_has_all_texts_translated_and_no_others(catalogue: Catalog) -> None:
    assert {message.id for message in _messages(catalogue)} == TEXTS
    assert catalogue.obsolete == {}
    for message in _messages(catalogue):
        assert not message.fuzzy, message.id
        assert len(_forms(message.string)) == (catalogue.num_plurals if isinstance(message.id, tuple) else 1)
        for said in _forms(message.string):
            assert said.strip() == said != "", message.id
            # A sentence that is the same in two languages has been forgotten.
            assert said not in _forms(message.id) or len(said.split()) < 3, message.id


def test_a_translation_names_the_values_that_its_text_names_and_nothing_of_them(catalogue: Catalog) -> None:
    for message in _messages(catalogue):
        [named] = {frozenset(_values(text)) for text in _forms(message.id)}
        assert all(name and name.isidentifier() and not spec and not conversion for name, spec, conversion in named)
        assert {frozenset(_values(text)) for text in _forms(message.string)} == {named}, message.id
        assert isinstance(message.id, str) or "count" in {name for name, _, _ in named}


def test_a_catalogue_says_what_language_it_is_and_how_it_counts(name: str, catalogue: Catalog) -> None:
    expected = Catalog(locale=name)
    assert str(catalogue.locale) == name
    assert (catalogue.num_plurals, catalogue.plural_expr) == (expected.num_plurals, expected.plural_expr)
    assert catalogue.charset == "utf-8"


def test_every_field_that_the_core_may_refuse_has_a_name_that_is_translated() -> None:
    """What has a text of its own needs none; but who adds a reason should not need to think of this."""
    fields = {*_fields_refused(), *_fields_sent()} - GROUPS - OF_WEBHOOKS
    assert {"name", "timezone", "estimated_hours", "password"} <= fields
    wire = {"uid", "wid", "pid", "cid", "tid", "default_wid", "template_id", "group_id"}
    named = {
        field: messages.message(Problem("any", field, "?"), english).removesuffix(" is invalid") for field in fields
    }
    assert {field for field, label in named.items() if label not in TEXTS | wire} == set()


def test_every_wrapper_that_may_be_missing_has_a_name_that_is_translated() -> None:
    assert routes.PATH, "imported, so that all wrappers are there"
    names = set(_wrappers(Wrapper))
    assert {"client", "time_entry"} <= names
    assert {name for name in names if "_" not in name and name.capitalize() not in TEXTS} == set()


def test_every_text_in_the_source_of_the_messages_is_offered_to_translators() -> None:
    said = {
        node.value
        for node in ast.walk(ast.parse(Path(messages.__file__).read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value[:1].isupper()
    }
    # Docstrings end as sentences do; the rest is one half of an f-string.
    assert {text for text in said if not text.rstrip().endswith((".", ";"))} - TEXTS == {"Too many "}


def test_every_text_that_is_given_to_say_is_offered_to_translators(tmp_path: Path) -> None:
    source = tmp_path / "mails.py"
    pair = ("{count} hour", "{count} hours")
    source.write_text(f"def _a_mail(say):\n    say('Hello {{name}},', name=say({pair}, count=1))\n", encoding="utf-8")
    assert catalogues.said_in(source) == {"Hello {name},": "a mail", pair: "a mail"}
    for no_text in ("name", "f'Hello {name}'", "mail.message.description", "'Hello ' + name"):
        source.write_text(f"def _a_mail(say, name, mail):\n    say({no_text})\n", encoding="utf-8")
        with pytest.raises(ValueError, match="malformed"):
            catalogues.said_in(source)


def test_updating_keeps_translations_adds_what_is_new_and_drops_what_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pair = ("{count} here", "{count} here, all of them")
    monkeypatch.setattr(catalogues, "PLACES", {"here": lambda: {"Kept": "a", "{name} is gone": "b", pair: "c"}})
    catalogues.main(tmp_path)
    assert "et.po: 3 texts, 3 to translate\n" in capsys.readouterr().out
    begun = _read(tmp_path / "et.po")
    assert [message.id for message in _messages(begun)] == ["Kept", "{name} is gone", pair]
    begun["Kept"].string = "Jäi"
    begun[pair[0]].string = ("{count} siin", "kõik {count} siin")
    with (tmp_path / "et.po").open("wb") as file:
        write_po(file, begun)
    monkeypatch.setattr(catalogues, "PLACES", {"here": lambda: {"{name} is here": "b", "Kept": "a", pair: "c"}})
    for _ in range(2):
        catalogues.main(tmp_path)
        updated = _read(tmp_path / "et.po")
        assert {message.id: message.string for message in _messages(updated)} == {
            "{name} is here": "",
            "Kept": "Jäi",
            pair: ("{count} siin", "kõik {count} siin"),
        }
        assert not any(message.fuzzy for message in _messages(updated))
        assert updated.obsolete == {}
    assert "et.po: 3 texts, 1 to translate\n" in capsys.readouterr().out


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def _messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _forms(text: object) -> tuple[str, ...]:
    """A text, or both halves of a pair."""
    return text if isinstance(text, tuple) else (str(text),)


def _values(text: str) -> set[tuple[str | None, str | None, str | None]]:
    parsed = Formatter().parse(text)
    return {(name, spec, conversion) for _, name, spec, conversion in parsed if name is not None}


def _wrappers(kind: type[Any]) -> Iterator[str]:
    """The members of all wrappers, of which there is one each."""
    for wrapper in kind.__subclasses__():
        yield from wrapper.__struct_fields__
        yield from _wrappers(wrapper)


def _fields_refused() -> Iterator[str]:
    """The fields that the core's calls of `problems.add` and `Problem` name, those that are one unless said, and
    those that a loop goes through."""
    for node in (node for tree in CORE for node in ast.walk(tree)):
        if isinstance(node, ast.Call):
            at = {"problems.add": 0, "Problem": 1}.get(ast.unparse(node.func))
            field = node.args[at] if at is not None else None
            if isinstance(field, ast.Constant) and field.value:
                yield str(field.value)
        if isinstance(node, ast.FunctionDef):
            defaults = [None] * (len(node.args.args) - len(node.args.defaults)) + list(node.args.defaults)
            for argument, default in zip(node.args.args, defaults, strict=True):
                if argument.arg == "field" and isinstance(default, ast.Constant):
                    yield str(default.value)
        if isinstance(node, ast.For) and "field" in ast.unparse(node.target).strip("()").split(", "):
            yield from (str(it.value) for it in ast.walk(node.iter) if isinstance(it, ast.Constant))


def _fields_sent() -> Iterator[str]:
    """The members of drafts and changes, less the flags, which are right whatever they are."""
    for tree in CORE:
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and node.name in ("Draft", "Changes"):
                for member in node.body:
                    if isinstance(member, ast.AnnAssign) and "bool" not in ast.unparse(member.annotation):
                        yield ast.unparse(member.target)
