"""What can go wrong with a database, apart from what the domain refuses.

The command line prints these as one line; the server answers 503 for those that pass.
"""


class DatabaseError(Exception):
    """A database that cannot be used as asked. `exit_code` is what the command line leaves with."""

    exit_code = 2


class InvalidUrl(DatabaseError):
    """A database URL that names no engine of ours."""


class AlreadyServed(DatabaseError):
    """Another server has this SQLite file."""


class NewerSchema(DatabaseError):
    """The database was written by a newer Hourhand."""


class BrokenMigrations(DatabaseError):
    """The record of migrations has a gap, or differs from the files."""


class Corrupt(DatabaseError):
    """The file is damaged, or not a database of ours. It is left as it is."""

    exit_code = 3


class Overloaded(DatabaseError):
    """Too many writes wait already; nothing was done."""


class StorageFull(DatabaseError):
    """There is no room left; nothing was done."""


class Unavailable(DatabaseError):
    """The database cannot be reached, or a commit's fate is unknown. Repeating with the same guid is safe."""


class DiskFailed(Unavailable):
    """The disk broke a promise: after a failed fsync nobody knows what it holds. Only a restart can find out."""

    exit_code = 4


class Retry(Exception):
    """Raised inside a work to have it run again from the start, in a new transaction."""
