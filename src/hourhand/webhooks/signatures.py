"""How a body is signed, so that its receiver knows it is from here.

`X-Webhook-Signature-256` is that of Toggl's webhooks. The three others are those of Standard Webhooks
(https://www.standardwebhooks.com), whose libraries verify them; there a secret is Base64, so a secret that is not is
given to them encoded.
"""

from __future__ import annotations

import base64
import binascii
import hmac

_STANDARD_PREFIX = "whsec_"


def headers(secret: str, body: bytes, message_id: str, timestamp: int) -> dict[str, str]:
    """The headers of a body; the timestamp is of this try, in unix seconds, the id the same for all tries."""
    digest = hmac.digest(secret.encode(), body, "sha256").hex()
    standard = hmac.digest(_standard_key(secret), f"{message_id}.{timestamp}.".encode() + body, "sha256")
    return {
        "X-Webhook-Signature-256": f"sha256={digest}",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(standard).decode()}",
    }


def _standard_key(secret: str) -> bytes:
    """The key of a secret: what it stands for if it is written as theirs are, else its own bytes."""
    if secret.startswith(_STANDARD_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(_STANDARD_PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()
