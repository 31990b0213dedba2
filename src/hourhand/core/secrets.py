"""Secrets: how they are made, looked up by hash, and sealed where they must be shown again.

The key lies in a file outside the database, so a stolen backup opens nothing. Without the key
tokens still authenticate, because look-up goes by hash; only showing them needs a new token.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_KEY_BYTES = 32
_NONCE_BYTES = 12
_VERSION = b"\x01"


class BadKeyFile(Exception):
    """A key file that holds no key of ours. `exit_code` is what the command line leaves with."""

    exit_code = 2


def new_token() -> str:
    """A fresh API token: 128 random bits as 32 hexadecimal digits, as API v8's clients expect."""
    return secrets.token_hex(16)


def new_session_id() -> str:
    """A fresh session id: 256 random bits."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """A fresh code for a link: 128 random bits, in letters that every mail program takes for a part of it."""
    return secrets.token_hex(16)


def digest(secret: str) -> bytes:
    """What is stored of a random secret to find it by. Fast on purpose: there is nothing to guess."""
    return hashlib.sha256(secret.encode()).digest()


class Vault:
    """Seals secrets for one place in the database, so that a sealed value moved elsewhere does not open."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._cipher = AESGCM(hmac.digest(key, b"seal", "sha256"))

    def seal(self, place: str, secret: str) -> bytes:
        """The secret, readable only by `open` with the same place."""
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, secret.encode(), place.encode())

    def open(self, place: str, sealed: bytes | None) -> str | None:
        """The secret, or None when it was sealed elsewhere or under another key."""
        if not sealed or sealed[:1] != _VERSION:
            return None
        nonce, cipher_text = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, cipher_text, place.encode()).decode()
        except InvalidTag:
            return None

    def derive(self, place: str) -> str:
        """32 hexadecimal digits that belong to a place and this key, without being stored anywhere."""
        return hashlib.blake2b(place.encode(), digest_size=16, key=self._key, person=b"derive").hexdigest()


def open_vault(path: Path) -> Vault:
    """The vault of a key file, which is made at first use, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return Vault(_read_key(path))
    key = os.urandom(_KEY_BYTES)
    with os.fdopen(file, "wb") as stream:
        stream.write(key)
        stream.flush()
        os.fsync(stream.fileno())
    return Vault(key)


def _read_key(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise BadKeyFile(f"{path} is not a key of ours: {len(key)} bytes instead of {_KEY_BYTES}")
    return key
