"""`python -m hourhand.desk.clerk FD`: a process that makes reports, one after the other, for the server above it.

It yields the processor to the server, may have only so much memory, and ends when the server does.
"""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import signal
import socket
import sys
import traceback
from contextlib import nullcontext, suppress
from io import FileIO

from hourhand.core.errors import Refusal
from hourhand.db import Database, DatabaseError, Tx, Unavailable, open_database
from hourhand.desk import frames, spools
from hourhand.desk.frames import Broken, Done, Failed, Grown, Job, Setup

_NICENESS = 19
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Make reports until the server is gone."""
    end = socket.socket(fileno=int(sys.argv[1]))
    with suppress(ConnectionError):
        setup: Setup = frames.receive(end)
        _settle(setup)
        try:
            database = _opened(setup)
        except DatabaseError as error:
            frames.receive(end)
            frames.send(end, Failed(error, last=True))
            return
        gc.collect()
        gc.freeze()
        # Reports are made of very many small things, none of which hang together.
        gc.set_threshold(50_000, 20, 20)
        while True:
            _serve(end, database)


def _opened(setup: Setup) -> Database:
    database = open_database(setup.database, create=False)
    if setup.packs:
        # Not above, because a process that keeps no packs does without NumPy.
        from hourhand.reports import packs

        packs.kept_in(database.memory, setup.packs, setup.few_rows)
    return database


def _settle(setup: Setup) -> None:
    os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_DATA, (setup.memory, setup.memory))
    if sys.platform == "linux":
        # Of a server that was killed one learns only here, in the middle of a report.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _serve(end: socket.socket, database: Database) -> None:
    job: Job = frames.receive(end)
    with _file(end) if job.most is not None else nullcontext() as file:
        try:
            content = database.read_now(lambda tx: _made(end, tx, job, file))
        except (Refusal, DatabaseError) as error:
            frames.send(end, Failed(error))
        except MemoryError:
            # What is left of it may be anything.
            frames.send(end, Failed(Unavailable("the report needs more memory than it may have"), last=True))
            sys.exit(1)
        except ConnectionError:
            raise
        except Exception:  # noqa: BLE001 - a bug, whichever: the server logs it
            frames.send(end, Broken(traceback.format_exc()))
        else:
            frames.send(end, Done(content))


def _file(end: socket.socket) -> FileIO:
    """The file that comes with a job."""
    _, descriptors, _, _ = socket.recv_fds(end, 1, 1)
    return FileIO(descriptors[0], "wb")


def _made(end: socket.socket, tx: Tx, job: Job, file: FileIO | None) -> bytes:
    if file is None or job.most is None:
        return bytes(job.work(tx, job.actor, job.question))
    spools.refuse_again(file)
    for size in spools.filled(file, job.work(tx, job.actor, job.question), job.most):
        frames.send(end, Grown(size))
    return b""


if __name__ == "__main__":
    main()
