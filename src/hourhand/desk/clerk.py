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
from contextlib import suppress
from typing import Any

from hourhand.core.errors import Refusal
from hourhand.db import Database, DatabaseError, Unavailable, open_database
from hourhand.desk import frames, spools
from hourhand.desk.frames import Broken, Done, Failed, Grown, Job, Setup

_NICENESS = 10
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Make reports until the server is gone."""
    end = socket.socket(fileno=int(sys.argv[1]))
    with suppress(ConnectionError):
        setup: Setup = frames.receive(end)
        _settle(setup)
        database = open_database(setup.database, create=False)
        if setup.packs:
            # Not above, because a process that keeps no packs does without NumPy.
            from hourhand.reports import packs

            packs.kept_in(database.memory, setup.packs)
        gc.collect()
        gc.freeze()
        # Reports are made of very many small things, none of which hang together.
        gc.set_threshold(50_000, 20, 20)
        while True:
            _serve(end, database)


def _settle(setup: Setup) -> None:
    # A terminal's Ctrl-C is for the server, who then lets this process go.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_DATA, (setup.memory, setup.memory))
    if sys.platform == "linux":
        # Of a server that was killed one learns only here, in the middle of a report.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _serve(end: socket.socket, database: Database) -> None:
    job: Job = frames.receive(end)
    try:
        content = database.read_now(lambda tx: _made(end, tx, job))
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


def _made(end: socket.socket, tx: Any, job: Job) -> bytes:
    made = job.work(tx, job.actor, job.question)
    if job.most is None:
        return bytes(made)
    _, descriptors, _, _ = socket.recv_fds(end, 1, 1)
    with open(descriptors[0], "wb", buffering=0) as file:
        for size in spools.filled(file, made, job.most):
            frames.send(end, Grown(size))
    return b""


if __name__ == "__main__":
    main()
