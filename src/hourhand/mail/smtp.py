"""The way to a mail server, by SMTP, in a thread of its own.

On the way to another machine a password never goes in the clear: without TLS it is not sent. A server
on this machine is spoken to in the clear, unless its address begins with `smtps`.
"""

from __future__ import annotations

import asyncio
import ipaddress
import smtplib
import socket
import ssl
import threading
from contextlib import suppress
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from msgspec import Struct

# For each word of the conversation. All of it has the job's deadline.
TIMEOUT_SECONDS = 15


class NotSent(Exception):
    """The mail did not go out. `for_good` says that the server wants it no more the next time."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good


class Relay(Struct, frozen=True):
    """A mail server that takes mails for anybody from us. `tls` is TLS from the first byte on."""

    host: str
    port: int
    tls: bool = False
    user: str | None = None
    password: str = ""

    @classmethod
    def of(cls, url: str) -> Relay:
        """The server that `smtp://user:password@host:port` or `smtps://…` names; parts are percent-encoded."""
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        user = unquote(parts.username) if parts.username else None
        return cls(parts.hostname or "", parts.port or (465 if tls else 587), tls, user, unquote(parts.password or ""))

    @property
    def here(self) -> bool:
        """Whether the server is on this machine."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


async def send(relay: Relay, message: EmailMessage) -> None:
    """Hand a message over to a server. Raises `NotSent`. Who is cancelled meanwhile hangs up."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Exception | None] = loop.create_future()
    delivery = _Delivery(relay, message)

    def settle(error: Exception | None) -> None:
        if not answer.done():
            answer.set_result(error)

    def deliver() -> None:
        error = delivery.tried()
        # The loop may be gone by now.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, error)

    # As a daemon: no server, however slow, keeps this process from its end.
    threading.Thread(target=deliver, name="smtp", daemon=True).start()
    try:
        error = await answer
    except asyncio.CancelledError:
        delivery.hang_up()
        raise
    if error is not None:
        raise error


class _Delivery:
    """One conversation with a server."""

    def __init__(self, relay: Relay, message: EmailMessage) -> None:
        self._relay = relay
        self._message = message
        self._server: smtplib.SMTP | None = None
        self._abandoned = False

    def hang_up(self) -> None:
        """End the conversation, wherever it is."""
        self._abandoned = True
        # What is not connected yet sees that it is abandoned.
        if self._server is not None and self._server.sock is not None:
            with suppress(OSError):
                self._server.sock.shutdown(socket.SHUT_RDWR)

    def tried(self) -> Exception | None:
        """Send the message; what went wrong, if anything did."""
        try:
            self._send()
        except smtplib.SMTPRecipientsRefused as error:
            [(code, reason)] = error.recipients.values()
            return NotSent(f"the recipient was refused: {code} {_words(reason)}", for_good=code >= 500)
        except smtplib.SMTPDataError as error:
            said = f"{error.smtp_code} {_words(error.smtp_error)}"
            return NotSent(f"the mail was refused: {said}", for_good=error.smtp_code >= 500)
        except smtplib.SMTPResponseException as error:
            # Of the sender or the password: that is for the operator to mend, and then the mail can go.
            return NotSent(f"the mail server refused: {error.smtp_code} {_words(error.smtp_error)}")
        except smtplib.SMTPNotSupportedError as error:
            return NotSent(f"the mail server cannot do what this needs: {error}")
        except (smtplib.SMTPException, OSError) as error:
            return NotSent(f"the mail server {self._relay.host}:{self._relay.port} failed: {error}")
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it
            return error
        return None

    def _send(self) -> None:
        relay, context = self._relay, ssl.create_default_context()
        # Given, because the full name of this machine is a question to others that may take long.
        name = socket.gethostname()
        if relay.tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                relay.host, relay.port, name, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(relay.host, relay.port, name, TIMEOUT_SECONDS)
        self._server = server
        try:
            if not relay.tls and not relay.here:
                self._secure(server, context)
            if relay.user is not None:
                server.login(relay.user, relay.password)
            if self._abandoned:
                return
            server.send_message(self._message)
            # It has the mail: whether it says goodbye does not matter.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()

    def _secure(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        elif self._relay.user is not None:
            raise smtplib.SMTPNotSupportedError("it offers no STARTTLS, and the password is not sent in the clear")


def _words(reason: bytes | str) -> str:
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
