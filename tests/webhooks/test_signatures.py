"""What is sent is signed: with the words of Toggl's webhooks, and with those of Standard Webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import subprocess
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from hourhand.webhooks import signatures
from tests.webhooks.receiver import Call
from tests.webhooks.site import Site

# Of the public documentation.
SECRET = "PGuRrhCFajIyEvFlreKL"
BODY = (
    b'{"event_id":0,"created_at":"2022-06-25T03:58:10.207820267Z","creator_id":6,"metadata":{"request_type":"POST",'
    b'"event_user_id":6},"payload":"ping","subscription_id":6,"timestamp":"2022-06-25T03:58:10.207820267Z",'
    b'"url_callback":"https://callback-url.com"}'
)
SIGNATURE = "sha256=bf829606cda0ca6923defb5ca70a43135adc7e8887486a201a19cb50ca6006b1"
# All that JSON may write in two ways, or JavaScript in a third.
TEXT = "".join(map(chr, range(1, 0x180))) + '\u2028\u2029\ufeff日本語 🕐 "\\/ </script>'


def test_the_documented_body_has_the_documented_signature() -> None:
    assert signatures.headers(SECRET, BODY, "0", 0)["X-Webhook-Signature-256"] == SIGNATURE


@pytest.mark.parametrize("secret", ["s", "é", "a secret of Ann's", "whsec_" + base64.b64encode(b"0" * 24).decode()])
def test_every_call_verifies_over_the_bytes_that_were_sent(site: Site, secret: str) -> None:
    site.subscribe(secret=secret)
    name = TEXT[:120]
    site.api.data("POST", "/tags", site.cast.ann, {"tag": {"name": name, "wid": site.cast.acme.id}})
    site.deliver()
    ping, event = site.receiver.calls
    assert event.said["payload"]["name"] == name.strip()
    for call in (ping, event):
        digest = hmac.new(secret.encode(), call.body, hashlib.sha256).hexdigest()
        assert call.headers["x-webhook-signature-256"] == f"sha256={digest}"
        assert call.headers["content-type"] == "application/json"
        assert call.headers["user-agent"].startswith("Hourhand/")
        assert stringified(call.body) == call.body
    assert event.headers["webhook-id"] == str(event.said["event_id"])


def test_the_libraries_of_standard_webhooks_verify(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, theirs = "a secret of Ann's", "whsec_" + base64.b64encode(b"1" * 32).decode()
    site.subscribe(secret=plain, description="plain")
    site.subscribe(secret=theirs, description="theirs")
    first, second = site.receiver.calls
    verified(Webhook(base64.b64encode(plain.encode()).decode()), first, site, monkeypatch)
    verified(Webhook(theirs), second, site, monkeypatch)
    with pytest.raises(WebhookVerificationError):
        verified(Webhook(theirs), first, site, monkeypatch)


def test_a_repeat_has_the_same_id_and_a_signature_of_its_own_time(site: Site) -> None:
    site.subscribe(secret=SECRET)
    site.receiver.answer = lambda call: (500, {}, b"")
    site.api.data("POST", "/tags", site.cast.ann, {"tag": {"name": "one", "wid": site.cast.acme.id}})
    site.deliver()
    site.clock.now += 60
    site.deliver()
    _, first, second = site.receiver.calls
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 60
    assert first.said["timestamp"] != second.said["timestamp"]
    assert {**first.said, "timestamp": 0} == {**second.said, "timestamp": 0}


def verified(library: Any, call: Call, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the library see the time that the call was made at."""
    monkeypatch.setattr(library, "_Webhook__verify_timestamp", lambda text: from_seconds(text))
    assert library.verify(call.body, call.headers) == json.loads(call.body)


def from_seconds(text: str) -> Any:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(float(text), UTC)


def stringified(body: bytes) -> bytes:
    """What JavaScript writes of what it has read."""
    code = (
        "const parts = []; process.stdin.on('data', it => parts.push(it));"
        "process.stdin.on('end', () => process.stdout.write(JSON.stringify(JSON.parse(Buffer.concat(parts)))))"
    )
    return subprocess.run(["node", "-e", code], input=body, capture_output=True, check=True).stdout
