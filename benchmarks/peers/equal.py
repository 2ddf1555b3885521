"""Do all give the same data? Names, and how ids and cursors are written, are each one's own affair."""

from collections.abc import Sequence
from http.client import HTTPConnection
from typing import Any, cast

from benchmarks.numbers import VALUE

from .peer import Asked, Peer


class Unequal(Exception):
    """They do not say the same; the message says what."""


def check_equal(peers: Sequence[Peer], workload: str, *, tokens: Sequence[str], places: Sequence[int]) -> None:
    """Ask all for the same, as who has these places among the tokens and values. May raise Unequal."""
    talking = [peer for peer in peers if peer.asked[workload].means is not None]
    for place in places:
        first, *others = [(peer.name, told(peer, workload, tokens=tokens, place=place)) for peer in talking]
        for name, said in others:
            if said != first[1]:
                where = "\n".join(differences(first[1], said))
                raise Unequal(f"{name} does not say what {first[0]} says ({workload}, place {place}):\n{where}")


def told(peer: Peer, workload: str, *, tokens: Sequence[str], place: int) -> Any:
    """What it answers, in the words of the product. May raise Unequal: there is no answer."""
    asked = peer.asked[workload]
    status, body = answer(peer.port, asked, token=tokens[place % len(tokens)], place=place)
    if status != 200 or asked.answer.encode() not in body or asked.means is None:
        raise Unequal(f"{peer.name} answers {status}: {body[:1000].decode(errors='replace')}")
    return asked.means(body)


def told_size(peer: Peer, workload: str, *, token: str) -> int:
    """Bytes of what it answers first."""
    return len(answer(peer.port, peer.asked[workload], token=token, place=0)[1])


def answer(port: int, asked: Asked, *, token: str, place: int) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json", "accept": "application/json"}
    body = asked.body.replace(VALUE, asked.values[place % len(asked.values)] if asked.values else "")
    try:
        connection.request("POST", asked.path, body=body, headers=headers)
        answered = connection.getresponse()
        return answered.status, answered.read()
    finally:
        connection.close()


def differences(one: Any, other: Any, path: str = "") -> list[str]:
    """Where two values of JSON differ, in words."""
    if isinstance(one, dict) and isinstance(other, dict):
        mine, theirs = cast(dict[str, Any], one), cast(dict[str, Any], other)
        return [
            each for name in mine | theirs for each in differences(mine.get(name), theirs.get(name), f"{path}.{name}")
        ]
    if isinstance(one, list) and isinstance(other, list):
        ours, others = cast(list[Any], one), cast(list[Any], other)
        if len(ours) == len(others):
            pairs = enumerate(zip(ours, others, strict=True))
            return [each for place, (a, b) in pairs for each in differences(a, b, f"{path}[{place}]")]
    return [] if one == other else [f"{path}: {one!r} and {other!r}"]
