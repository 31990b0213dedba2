"""The way to a mail server: what is sent, what is never sent in the clear, and what a refusal means."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hourhand.mail import smtp
from hourhand.mail.smtp import NotSent, Relay, send
from tests.mail.sink import Sink


def message(to: str = "ann@example.org") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "time@example.org", to, "Hello"
    made.set_content("Hello\n.\nAnn\n")
    return made


def sent(url: str, to: str = "ann@example.org") -> None:
    asyncio.run(send(Relay.of(url), message(to)))


def test_the_parts_of_an_address_are_told_apart() -> None:
    assert Relay.of("smtp://mail.example.org") == Relay("mail.example.org", 587)
    assert Relay.of("smtps://mail.example.org/") == Relay("mail.example.org", 465, tls=True)
    found = Relay.of("smtp://ann%40example.org:a%2Fb%3A@[::1]:2525")
    assert found == Relay("::1", 2525, user="ann@example.org", password="a/b:")
    assert [Relay(host, 25).here for host in ("::1", "127.0.0.2", "localhost", "10.0.0.1", "mail")] == [
        *[True] * 3,
        *[False] * 2,
    ]


def test_a_mail_arrives_whole() -> None:
    with Sink() as sink:
        sent(sink.url)
    [mail] = sink.mails
    assert (mail.sender, mail.recipients, mail.user, mail.secure) == (
        "time@example.org",
        ["ann@example.org"],
        None,
        False,
    )
    assert mail.message.get_content().replace("\r\n", "\n") == "Hello\n.\nAnn\n"


def test_a_user_logs_in_and_a_wrong_password_is_worth_another_try() -> None:
    with Sink() as sink:
        sent(f"smtp://ann:open%20sesame@127.0.0.1:{sink.port}")
        with pytest.raises(NotSent, match="535") as refused:
            sent(f"smtp://ann:wrong@127.0.0.1:{sink.port}")
    assert not refused.value.for_good
    assert [mail.user for mail in sink.mails] == ["ann"]


@pytest.mark.parametrize(
    ("word", "answer", "for_good"),
    [
        ("recipient", "550 nobody of that name", True),
        ("recipient", "451 come back later", False),
        ("content", "554 spam", True),
        ("content", "452 full", False),
        ("MAIL", "550 not from you", False),
    ],
)
def test_a_refusal_says_whether_a_repeat_can_help(word: str, answer: str, for_good: bool) -> None:
    with Sink() as sink:
        sink.refuse[word] = answer
        with pytest.raises(NotSent) as refused:
            sent(sink.url)
    assert sink.mails == []
    assert refused.value.for_good is for_good
    assert answer in str(refused.value)


def test_a_server_that_is_not_there_or_says_nothing_sensible_is_worth_another_try() -> None:
    with Sink() as sink:
        port = sink.port
    for url in (f"smtp://127.0.0.1:{port}", "smtp://nowhere.invalid"):
        with pytest.raises(NotSent, match="failed") as refused:
            sent(url)
        assert not refused.value.for_good


def test_what_a_server_that_has_the_mail_says_in_the_end_does_not_matter() -> None:
    with Sink() as sink:
        sink.refuse["QUIT"] = "500 what?"
        sent(sink.url)
    assert len(sink.mails) == 1


def test_who_does_not_want_to_wait_hangs_up_and_nothing_is_sent() -> None:
    async def give_up() -> None:
        async with asyncio.timeout(0.2):
            await send(Relay.of(sink.url), message())

    with Sink() as sink:
        sink.seconds = 2.0
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            asyncio.run(give_up())
        assert time.monotonic() - began < 1.5
        time.sleep(2.2)
    assert sink.tries == 1
    assert sink.mails == []


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine passes for another one."""
    monkeypatch.setattr(smtp.Relay, "here", property(lambda relay: False))


@pytest.fixture
def context(tmp_path: Path) -> ssl.SSLContext:
    """A server's, with a certificate that only who trusts `tmp_path/certificate` trusts."""
    certify(tmp_path)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(tmp_path / "certificate", tmp_path / "key")
    return made


@pytest.mark.usefixtures("far")
def test_a_password_is_not_sent_to_another_machine_in_the_clear() -> None:
    with Sink() as sink:
        with pytest.raises(NotSent, match="no STARTTLS"):
            sent(f"smtp://ann:open%20sesame@127.0.0.1:{sink.port}")
        # Without a password it is as mail servers do among each other.
        sent(sink.url)
    assert [mail.user for mail in sink.mails] == [None]


@pytest.mark.usefixtures("far")
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_is_looked_at(
    context: ssl.SSLContext, scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sink(context, tls=scheme == "smtps") as sink:
        url = f"{scheme}://ann:open%20sesame@127.0.0.1:{sink.port}"
        with pytest.raises(NotSent, match="CERTIFICATE_VERIFY_FAILED"):
            sent(url)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate"))
        sent(url)
    assert [(mail.user, mail.secure) for mail in sink.mails] == [("ann", True)]


def test_an_address_beyond_ascii_is_sent_as_it_is_where_the_server_can() -> None:
    to = "jürgen@example.org"
    with Sink() as sink:
        sent(sink.url, to)
        assert sink.mails[0].recipients == [to]
        sink.refuse["EHLO"] = "250 only the basics"
        with pytest.raises(NotSent, match="SMTPUTF8"):
            sent(sink.url, to)


def certify(folder: Path, now: Callable[..., datetime] = datetime.now) -> None:
    """A key and a certificate for 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sink")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now(UTC) - timedelta(days=1))
        .not_valid_after(now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
