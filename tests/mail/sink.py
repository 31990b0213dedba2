"""A mail server on this machine that keeps what it is given, or refuses it as it is told."""

from __future__ import annotations

import socketserver
import ssl
import threading
import time
from base64 import b64decode
from contextlib import suppress
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from types import TracebackType
from typing import Any

from msgspec import Struct

PASSWORD = "open sesame"


class Received(Struct, frozen=True):
    """A mail as it came: from whom and to whom by the envelope, as which user, and whether under TLS."""

    sender: str
    recipients: list[str]
    content: bytes
    user: str | None
    secure: bool

    @property
    def message(self) -> EmailMessage:
        """The mail, taken apart."""
        parsed = BytesParser(policy=policy.default).parsebytes(self.content)
        assert isinstance(parsed, EmailMessage)
        return parsed

    def part(self, kind: str) -> str:
        """Its text as `plain` or `html`."""
        body = self.message.get_body((kind,))
        assert body is not None
        return str(body.get_content()).replace("\r\n", "\n")


class Sink:
    """A mail server, as a context manager.

    `refuse` holds answers to give instead of the usual ones, by the word they answer. `seconds` is how long it
    thinks about each recipient. With a `context` it offers STARTTLS, or begins with TLS if `tls`.
    """

    def __init__(self, context: ssl.SSLContext | None = None, *, tls: bool = False) -> None:
        self.mails: list[Received] = []
        self.tries = 0
        self.refuse: dict[str, str] = {}
        self.seconds = 0.0
        self.context = context
        self.tls = tls
        self._server = _Server(("127.0.0.1", 0), _Conversation)
        self._server.sink = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Sink:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Its address as the setting has it."""
        return f"smtp://127.0.0.1:{self.port}"


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    sink: Sink

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up in the middle is no news."""


class _Conversation(socketserver.BaseRequestHandler):
    server: _Server

    def setup(self) -> None:
        self.sink = self.server.sink
        self.secure = False
        self.user: str | None = None
        self.sender = ""
        self.recipients: list[str] = []
        self.file = self.request.makefile("rb")

    def handle(self) -> None:
        # Who does not trust us hangs up in the middle of a handshake.
        with suppress(OSError):
            self._converse()

    def _converse(self) -> None:
        if self.sink.tls:
            self._wrap()
        self._say("220 sink")
        while line := self.file.readline():
            word, _, rest = line.decode().strip().partition(" ")
            word = word.upper()
            said = self.sink.refuse.get(word) or getattr(self, f"_{word.lower()}")(rest)
            self._say(said)
            if word == "STARTTLS" and said.startswith("220"):
                self._wrap()
            if word == "QUIT":
                return

    def finish(self) -> None:
        self.file.close()
        self.request.close()

    def _helo(self, rest: str) -> str:
        return self._ehlo(rest)

    def _ehlo(self, rest: str) -> str:
        extensions = ["SMTPUTF8", "8BITMIME", "AUTH PLAIN"]
        if self.sink.context is not None and not self.secure:
            extensions.append("STARTTLS")
        return "\r\n".join(["250-sink", *(f"250-{name}" for name in extensions), "250 HELP"])

    def _starttls(self, rest: str) -> str:
        return "220 go ahead"

    def _auth(self, rest: str) -> str:
        _, user, password = b64decode(rest.partition(" ")[2]).decode().split("\0")
        self.user = user
        return "235 welcome" if password == PASSWORD else "535 wrong"

    def _mail(self, rest: str) -> str:
        self.sender, self.recipients = _between(rest), []
        return "250 ok"

    def _rcpt(self, rest: str) -> str:
        self.sink.tries += 1
        time.sleep(self.sink.seconds)
        self.recipients.append(_between(rest))
        return self.sink.refuse.get("recipient", "250 ok")

    def _data(self, rest: str) -> str:
        self._say("354 go ahead")
        lines = []
        while (line := self.file.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        if "content" in self.sink.refuse:
            return self.sink.refuse["content"]
        received = Received(self.sender, self.recipients, b"".join(lines), self.user, self.secure)
        self.sink.mails.append(received)
        return "250 ok"

    def _rset(self, rest: str) -> str:
        return "250 ok"

    def _quit(self, rest: str) -> str:
        return "221 bye"

    def _wrap(self) -> None:
        assert self.sink.context is not None
        self.request = self.sink.context.wrap_socket(self.request, server_side=True, do_handshake_on_connect=False)
        self.file.close()
        self.file = self.request.makefile("rb")
        self.request.do_handshake()
        self.secure = True

    def _say(self, line: str) -> None:
        self.request.sendall(f"{line}\r\n".encode())


def _between(rest: str) -> str:
    return rest[rest.index("<") + 1 : rest.index(">")]
