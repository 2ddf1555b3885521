"""Keys that are fetched, from a real server on this machine."""

import asyncio
import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest

from app.errors import Unauthenticated
from app.graph.viewer import Role, Viewer
from app.tokens import Verifier

from .forging import AUDIENCE, ED, HEADER, ISSUER, JWKS, NOW, RSA, SUBJECT, changed, signed

VIEWER = Viewer(Role.MEMBER, ISSUER, SUBJECT)
TOKEN = signed()
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@dataclass
class Provider:
    """An identity provider's key address: what it answers, and how often it was asked."""

    url: str = ""
    status: int = 200
    body: bytes = field(default_factory=lambda: json.dumps(JWKS).encode())
    location: str = ""
    asked: int = 0
    was_asked: Event = field(default_factory=Event)
    holds_back: Event | None = None

    def verifier(self) -> Verifier:
        return Verifier(jwks=self.url, issuers=[ISSUER], audience=AUDIENCE)


@contextmanager
def serving(provider: Provider) -> Generator[Provider]:
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked += 1
            provider.was_asked.set()
            if provider.holds_back is not None:
                provider.holds_back.wait()
            self.send_response(provider.status)
            self.send_header("Content-Length", str(len(provider.body)))
            if provider.location:
                self.send_header("Location", provider.location)
            self.end_headers()
            self.wfile.write(provider.body)

        def log_message(self, *_: Any) -> None: ...  # pyright: ignore[reportIncompatibleMethodOverride]

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        provider.url = f"http://127.0.0.1:{server.server_port}/jwks"
        yield provider
        server.shutdown()


@pytest.fixture
def provider() -> Iterator[Provider]:
    with serving(Provider()) as made:
        yield made


async def test_the_first_token_fetches_the_keys_and_the_next_do_not(provider: Provider) -> None:
    verifier = provider.verifier()
    assert await verifier.authenticate(TOKEN, now=NOW) == VIEWER
    assert await verifier.authenticate(TOKEN, now=NOW + SECOND) == VIEWER
    assert verifier.verify(TOKEN, now=NOW + SECOND) == VIEWER
    assert provider.asked == 1


async def test_opened_at_the_start_no_token_waits(provider: Provider) -> None:
    verifier = provider.verifier()
    await verifier.open(now=NOW)
    assert verifier.verify(TOKEN, now=NOW) == VIEWER
    assert provider.asked == 1


async def test_many_tokens_at_once_fetch_once(provider: Provider) -> None:
    verifier = provider.verifier()
    viewers = await asyncio.gather(*(verifier.authenticate(TOKEN, now=NOW) for _ in range(50)))
    assert viewers == [VIEWER] * 50
    assert provider.asked == 1


async def test_a_hundred_unknown_keys_fetch_once_a_minute(provider: Provider) -> None:
    verifier = provider.verifier()
    await verifier.open(now=NOW)
    tokens = [signed(changed(HEADER, kid=f"guess-{number}"), key=RSA) for number in range(100)]
    for number, token in enumerate(tokens):
        with pytest.raises(Unauthenticated, match="not known here"):
            await verifier.authenticate(token, now=NOW + number * SECOND)
    assert provider.asked == 2


async def test_a_key_rotated_in_is_found_and_one_rotated_out_is_gone(provider: Provider) -> None:
    verifier = provider.verifier()
    await verifier.open(now=NOW)
    provider.body = json.dumps({"keys": [ED.as_dict(private=False, kid="new")]}).encode()
    token = signed(changed(HEADER, alg="Ed25519", kid="new"), key=ED, algorithm="Ed25519")
    assert await verifier.authenticate(token, now=NOW + MINUTE) == VIEWER
    with pytest.raises(Unauthenticated, match="not known here"):
        await verifier.authenticate(TOKEN, now=NOW + MINUTE)


async def test_known_keys_serve_while_they_are_read_anew_after_five_minutes(provider: Provider) -> None:
    verifier = provider.verifier()
    await verifier.open(now=NOW)
    provider.was_asked.clear()
    provider.holds_back = Event()
    assert verifier.verify(TOKEN, now=NOW + 5 * MINUTE) == VIEWER
    assert await asyncio.to_thread(provider.was_asked.wait, 10)
    provider.holds_back.set()


async def test_keys_serve_through_an_outage_of_an_hour_and_no_longer(provider: Provider) -> None:
    verifier = provider.verifier()
    await verifier.open(now=NOW)
    provider.status = 503
    token = signed(payload={"iss": ISSUER, "aud": AUDIENCE, "sub": SUBJECT, "exp": int(NOW.timestamp()) + 9999})
    for minutes in (5, 10, 59):
        assert await verifier.authenticate(token, now=NOW + minutes * MINUTE) == VIEWER
        await verifier.open(now=NOW + minutes * MINUTE)
    with pytest.raises(Unauthenticated, match="not known here"):
        await verifier.authenticate(token, now=NOW + 60 * MINUTE)
    provider.status = 200
    assert await verifier.authenticate(token, now=NOW + 61 * MINUTE) == VIEWER


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"status": 404}, id="not found"),
        pytest.param({"body": b"<html>"}, id="no JSON"),
        pytest.param({"body": b"[" * 100_000}, id="JSON nested too deeply"),
        pytest.param({"body": b"[]"}, id="a list"),
        pytest.param({"body": json.dumps({"keys": [RSA.as_dict(private=True, kid="rsa")]}).encode()}, id="private"),
        pytest.param({"body": json.dumps(JWKS).encode() + b" " * 300_000}, id="larger than any set of keys"),
    ],
)
async def test_an_answer_that_is_no_set_of_keys_leaves_every_token_refused(
    provider: Provider, answer: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """The caller learns nothing of it; the operator finds it in the log."""
    for name, value in answer.items():
        setattr(provider, name, value)
    with pytest.raises(Unauthenticated, match="not known here"):
        await provider.verifier().authenticate(TOKEN, now=NOW)
    assert provider.asked == 1
    assert [record.levelname for record in caplog.records] == ["WARNING"]


async def test_while_an_answer_is_awaited_no_other_is_asked_for(provider: Provider) -> None:
    """However long it takes."""
    provider.holds_back = Event()
    verifier = provider.verifier()
    for minutes in (0, 2, 4):
        with pytest.raises(Unauthenticated, match="not known here"):
            verifier.verify(TOKEN, now=NOW + minutes * MINUTE)
    provider.holds_back.set()
    await verifier.open(now=NOW + 4 * MINUTE)
    assert verifier.verify(TOKEN, now=NOW + 4 * MINUTE) == VIEWER
    assert provider.asked == 1


async def test_no_request_waits_for_ever_for_an_answer(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is held back until the request has been refused; it is still good for the next."""
    provider.holds_back = Event()
    verifier = provider.verifier()
    with monkeypatch.context() as hurried:
        hurried.setattr("app.tokens.verifier.PATIENCE", 0.01)
        with pytest.raises(Unauthenticated, match="not known here"):
            await verifier.authenticate(TOKEN, now=NOW)
    provider.holds_back.set()
    await verifier.open(now=NOW)
    assert verifier.verify(TOKEN, now=NOW) == VIEWER
    assert provider.asked == 1


async def test_a_redirect_is_not_followed(provider: Provider) -> None:
    """The keys are where the operator said."""
    with serving(Provider(status=302, body=b"", location=provider.url)) as redirecting:
        with pytest.raises(Unauthenticated, match="not known here"):
            await redirecting.verifier().authenticate(TOKEN, now=NOW)
        assert (redirecting.asked, provider.asked) == (1, 0)


async def test_an_address_where_nobody_answers_leaves_every_token_refused(provider: Provider) -> None:
    with serving(Provider()) as gone:
        pass
    with pytest.raises(Unauthenticated, match="not known here"):
        await gone.verifier().authenticate(TOKEN, now=NOW)
