"""What each engine itself says about its schema, in the same words for both."""

from __future__ import annotations

import re

from msgspec import Struct

from hourhand.db import Tx
from hourhand.db.tx import Dialect

# Whom each table lives with: that is where its bucket comes from.
OWNERS = {
    "accounts": "person",
    "memberships": "person",
    "pictures": "person or workspace",
    "running_entries": "person",
    "timeline_events": "person",
    "api_tokens": "secret",
    "codes": "secret",
    "sessions": "secret",
    "emails": "e-mail",
    "bucket_heads": "workspace",
    "clients": "workspace",
    "deliveries": "workspace",
    "events": "workspace",
    "fan_outs": "workspace",
    "group_members": "workspace",
    "groups": "workspace",
    "id_counters": "workspace",
    # Or with a person, as events do.
    "jobs": "workspace",
    "lanes": "workspace",
    "members": "workspace",
    "project_groups": "workspace",
    "project_members": "workspace",
    "projects": "workspace",
    "rates": "workspace",
    "subscriptions": "workspace",
    "tags": "workspace",
    "tasks": "workspace",
    "time_entries": "workspace",
    "time_entry_tags": "workspace",
    "workspaces": "workspace",
}
# SQLite has one word where PostgreSQL has several; `kind` is SQLite's.
_KINDS: dict[str, str] = {"bigint": "integer", "smallint": "integer", "boolean": "integer", "bytea": "blob"}

_POSTGRES_COLUMNS = """
select table_name, column_name, data_type, is_nullable = 'YES',
    column_default is not null or is_identity = 'YES' or is_generated <> 'NEVER'
from information_schema.columns where table_schema = 'public' order by table_name, column_name
"""
_POSTGRES_KEYS = """
select t.relname, i.relname, x.indisprimary, x.indisunique, x.indpred is not null, (
    select string_agg(coalesce(a.attname, '(…)'), '|' order by k.place)
    from unnest(x.indkey::int[]) with ordinality as k (number, place)
    left join pg_attribute a on a.attrelid = x.indrelid and a.attnum = k.number and k.number > 0
)
from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
where t.relnamespace = 'public'::regnamespace order by t.relname, i.relname
"""
# A primary key of one integer is no index there, so primary keys are read from the columns.
_SQLITE_KEYS = """
select t.name, t.name || '_pkey', true, true, false, group_concat(c.name, '|' order by c.pk)
from sqlite_schema t, pragma_table_xinfo(t.name) c where t.type = 'table' and c.pk > 0 group by t.name
union all
select t.name, i.name, false, i."unique", i.partial,
    (select group_concat(coalesce(c.name, '(…)'), '|' order by c.seqno) from pragma_index_xinfo(i.name) c where c.key)
from sqlite_schema t, pragma_index_list(t.name) i where t.type = 'table' and i.origin <> 'pk'
"""
_POSTGRES_FOREIGN_KEYS = """
select t.relname, u.relname, c.confdeltype = 'a' and c.confupdtype = 'a',
    array(select attname::text from unnest(c.conkey) with ordinality as k (number, place)
          join pg_attribute on attrelid = c.conrelid and attnum = k.number order by k.place)
from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_class u on u.oid = c.confrelid
where c.contype = 'f' and t.relnamespace = 'public'::regnamespace order by 1, 2
"""
_POSTGRES_CHECKS = """
select t.relname, pg_get_constraintdef(c.oid, true) from pg_constraint c join pg_class t on t.oid = c.conrelid
where c.contype = 'c' and t.relnamespace = 'public'::regnamespace
"""
_SQLITE_LOOSE = """
select name from pragma_table_list where schema = 'main' and strict = 0 and name <> 'sqlite_schema'
"""
_MAKERS = {
    "postgres": "select relname from pg_class where relkind = 'S'"
    " union all select tgname from pg_trigger where not tgisinternal",
    "sqlite": "select name from sqlite_schema where type = 'trigger' or name = 'sqlite_sequence'",
}


class Column(Struct, frozen=True):
    """A column; `made` says that the database itself fills it in, by default or otherwise."""

    table: str
    name: str
    kind: str
    nullable: bool
    made: bool


class Key(Struct, frozen=True):
    """A primary key, a unique one, or an ordinary index, with the columns it carries. An expression is `(…)`."""

    table: str
    name: str
    columns: tuple[str, ...]
    primary: bool
    unique: bool
    partial: bool


class ForeignKey(Struct, frozen=True):
    """`inert` says that it does nothing on its own when what it refers to goes."""

    table: str
    columns: tuple[str, ...]
    target: str
    inert: bool


class Catalogue(Struct, frozen=True):
    """A schema.

    `checks` are (table, text without casts, blanks and brackets); `makers` are sequences and
    triggers; `loose` are tables that take values of any type.
    """

    dialect: Dialect
    columns: list[Column]
    keys: list[Key]
    foreign_keys: list[ForeignKey]
    checks: list[tuple[str, str]]
    makers: list[str]
    loose: list[str]

    def tables(self) -> set[str]:
        """All tables."""
        return {column.table for column in self.columns}

    def tables_with(self, name: str) -> set[str]:
        """The tables that have a column of this name."""
        return {column.table for column in self.columns if column.name == name}


def read(tx: Tx) -> Catalogue:
    """The schema of the database of a transaction."""
    return Catalogue(tx.dialect, _columns(tx), _keys(tx), _foreign_keys(tx), _checks(tx), _makers(tx), _loose(tx))


def _columns(tx: Tx) -> list[Column]:
    if tx.dialect == "postgres":
        rows: list[tuple[str, str, str, bool, bool]] = tx.rows(_POSTGRES_COLUMNS)
        return [Column(table, name, _KINDS.get(kind, kind), null, made) for table, name, kind, null, made in rows]
    rows = tx.rows(
        'select t.name, c.name, lower(c.type), c."notnull" = 0 and c.pk = 0, c.dflt_value is not null or c.hidden > 0'
        " from sqlite_schema t, pragma_table_xinfo(t.name) c where t.type = 'table' order by t.name, c.name"
    )
    return [Column(table, name, kind, null == 1, made == 1) for table, name, kind, null, made in rows]


def _keys(tx: Tx) -> list[Key]:
    rows = tx.rows(_POSTGRES_KEYS if tx.dialect == "postgres" else _SQLITE_KEYS)
    return [
        Key(table, name, tuple(names.split("|")), primary == 1, unique == 1, partial == 1)
        for table, name, primary, unique, partial, names in rows
    ]


def _foreign_keys(tx: Tx) -> list[ForeignKey]:
    if tx.dialect == "postgres":
        rows = tx.rows(_POSTGRES_FOREIGN_KEYS)
        return [ForeignKey(table, tuple(cols), target, inert) for table, target, inert, cols in rows]
    rows = tx.rows(
        "select t.name, f.\"table\", f.on_delete = 'NO ACTION' and f.on_update = 'NO ACTION', f.\"from\""
        " from sqlite_schema t, pragma_foreign_key_list(t.name) f where t.type = 'table' order by 1, 2, 4"
    )
    return [ForeignKey(table, (column,), target, inert == 1) for table, target, inert, column in rows]


def _checks(tx: Tx) -> list[tuple[str, str]]:
    if tx.dialect == "postgres":
        return [(table, _bare(text.removeprefix("CHECK "))) for table, text in tx.rows(_POSTGRES_CHECKS)]
    found = tx.rows("select name, sql from sqlite_schema where type = 'table'")
    return [(table, _bare(text)) for table, sql in found for text in re.findall(r"check (\(.*\))", sql)]


def _makers(tx: Tx) -> list[str]:
    return [name for (name,) in tx.rows(_MAKERS[tx.dialect])]


def _loose(tx: Tx) -> list[str]:
    if tx.dialect == "postgres":
        return []
    return [name for (name,) in tx.rows(_SQLITE_LOOSE)]


def _bare(check: str) -> str:
    return re.sub(r"::\w+|[() ]", "", check)
