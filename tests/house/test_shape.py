"""The shape of the house: small files, short functions, words for what others call, and one room that knows drivers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import hourhand

SOURCES = Path(hourhand.__file__).parent
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
DRIVERS = {"apsw", "psycopg", "sqlite3"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
FILES = {str(path.relative_to(SOURCES)): path.read_text(encoding="utf-8") for path in sorted(SOURCES.rglob("*.py"))}
TREES = {name: ast.parse(text) for name, text in FILES.items()}


def test_no_file_is_long() -> None:
    lengths = {name: sum(1 for line in text.splitlines() if line.strip()) for name, text in FILES.items()}
    assert {name: length for name, length in lengths.items() if length >= LONGEST_FILE} == {}


def test_no_function_is_long() -> None:
    lengths = {
        f"{name}: {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, FUNCTIONS)
    }
    assert {name: length for name, length in lengths.items() if length >= LONGEST_FUNCTION} == {}


def test_every_module_says_what_lives_there() -> None:
    assert [name for name, tree in TREES.items() if not ast.get_docstring(tree)] == []


def test_what_the_core_offers_says_what_it_promises() -> None:
    silent = [
        f"{name}: {node.name}"
        for name, tree in TREES.items()
        for node in tree.body
        if name.startswith("core/") and isinstance(node, (*FUNCTIONS, ast.ClassDef))
        if not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_only_the_database_layer_knows_drivers() -> None:
    knowing = {name for name, tree in TREES.items() if DRIVERS & set(_imported(tree))}
    assert knowing
    assert {name for name in knowing if not name.startswith("db/")} == set()


def _imported(tree: ast.Module) -> Iterator[str]:
    """The packages that a file imports from, anywhere in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]
