"""What is wrong with invitations after a run: what members were told of each, and what their orders say, against the
database."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.databases import run

from .invitations import Binding
from .keys import wrong_keys
from .playing import History
from .wishes import Wish

CAP = 3
"""Invitations of a month that bring the inviter a bonus."""
BRINGS = {"INVITER": {"registration": 10, "order": 20}, "INVITEE": {"registration": 5, "order": 8}}
REFERRALS = """
SELECT referrals.*, i.subject, o.subject AS other, m.program
FROM referrals JOIN members AS m ON m.id = member_id JOIN identities AS i USING (customer_id)
JOIN members AS n ON n.id = other_id JOIN identities AS o ON o.customer_id = n.customer_id"""
SCORES = """
SELECT subject, number FROM referral_scores JOIN members ON members.id = member_id
JOIN identities USING (customer_id) WHERE period = 'EVER' AND number <> 0"""
LOTS = """
SELECT cause_id, rule, earned - reversed AS net, remaining, activates_at <= '{now}' IS TRUE AS is_active
FROM points_lots WHERE cause = 'REFERRAL'"""

Place = tuple[str, str]
"""Customer and program."""


@dataclass(frozen=True)
class Bonus:
    """Points that an invitation brought, by what for."""

    net: Mapping[str, int]
    """Given and not taken back."""
    active: int
    """Of all those, what can be spent or was."""
    unused: int
    """Of what can be spent, what was not."""


@dataclass(frozen=True)
class Accepted:
    """An invitation as one side has it."""

    place: Place
    side: str
    other: str
    state: str
    is_capped: bool
    completed_at: datetime | None
    revision: int
    bonus: Bonus


@dataclass(frozen=True)
class Invitings:
    """All that is written of invitations."""

    accepted: Sequence[Accepted]
    scores: Mapping[str, int] = field(default_factory=dict[str, int])
    codes: Mapping[str, str] = field(default_factory=dict[str, str])
    """By code: who invites by it."""


async def stored_invitations(database: str, *, codes: Mapping[str, str], now: datetime) -> Invitings:
    """`codes`: by who invites by them."""
    lots = defaultdict[UUID, list[Any]](list)
    for lot in await run(database, LOTS.format(now=now.isoformat())):
        lots[lot["cause_id"]].append(lot)
    accepted = [
        Accepted((row["subject"], row["program"]), row["side"], row["other"], row["state"], row["is_capped"],
                 row["completed_at"], row["revision"], _bonus(lots[row["id"]]))
        for row in await run(database, REFERRALS)
    ]  # fmt: skip
    scores = {row["subject"]: row["number"] for row in await run(database, SCORES)}
    return Invitings(accepted, scores, {code: who for who, code in codes.items()})


def _bonus(lots: Iterable[Any]) -> Bonus:
    net = Counter[str]()
    active = unused = 0
    for lot in lots:
        net[lot["rule"].partition("#")[0].rpartition(".")[2]] += lot["net"]
        if lot["is_active"]:
            active += lot["net"]
            unused += lot["remaining"]
    return Bonus(dict(net), active, unused)


def wrong_invitations(
    history: History, stored: Invitings, *, counting: Mapping[Place, Sequence[datetime]]
) -> Iterator[str]:
    """`counting`: when those orders were completed of which anything is left, by customer and program."""
    told = [(op, answer) for op, answer, _ in history.answered if isinstance(op, Binding)]
    yield from wrong_keys(told)
    yield from _acknowledged(history, stored)
    yield from _both_sides(stored)
    for each in stored.accepted:
        if each.side == "INVITEE":
            first = min(counting.get(each.place, ()), default=None)
            if (each.state == "QUALIFIED", each.completed_at) != (first is not None, first):
                yield f"the order that counts was completed at {first}: {each}"
        yield from _wrong_bonus(each)


def _acknowledged(history: History, stored: Invitings) -> Iterator[str]:
    """Everybody has the inviter whose code they were told to have accepted, one at most, and nobody else has (R37)."""
    inviters = defaultdict[Place, set[str | None]](set)
    refused = set[Place]()
    for operation, answer, _ in history.answered:
        if not isinstance(operation, Binding | Wish) or operation.invite is None:
            continue
        place = operation.customer, operation.program
        if answer.kind in ("BindInviteCodeSuccess", "JoinProgramSuccess"):
            inviters[place].add(stored.codes.get(operation.invite))
        elif answer.kind == "AlreadyInvited":
            refused.add(place)
        elif answer.kind == "InviteCodeNotValid" and _is_good(operation, stored):
            yield f"refused, though it is somebody's: {operation}"
    invitees: Counter[tuple[Place, str | None]] = Counter(
        (each.place, each.other) for each in stored.accepted if each.side == "INVITEE"
    )
    expected = Counter((place, other) for place, others in inviters.items() for other in others)
    if invitees != expected:
        yield f"told to be invited {expected - invitees}, and not {invitees - expected}"
    several = [place for place, number in Counter(place for place, _ in invitees).items() if number > 1]
    if several or not refused <= {place for place, _ in invitees}:
        yield f"invited by several: {several}; told to be invited: {refused}"


def _is_good(operation: Binding | Wish, stored: Invitings) -> bool:
    """Hosts joined before all newcomers."""
    hosts = frozenset(stored.codes.values())
    return operation.invite in stored.codes and operation.customer not in hosts


def _both_sides(stored: Invitings) -> Iterator[str]:
    """The inviter's side is once what the invitee's is; as many as may be bring a bonus, and the score is kept."""
    sides = {"INVITER": Counter[object](), "INVITEE": Counter[object]()}
    of = defaultdict[str, list[Accepted]](list)
    for each in stored.accepted:
        pair = (each.other, each.place[0]) if each.side == "INVITEE" else (each.place[0], each.other)
        sides[each.side][pair, each.state, each.completed_at, each.revision] += 1
        if each.side == "INVITER":
            of[each.place[0]].append(each)
    if sides["INVITER"] != sides["INVITEE"] or any(number > 1 for number in sides["INVITEE"].values()):
        yield f"inviters have {sides['INVITER'] - sides['INVITEE']}, invitees {sides['INVITEE'] - sides['INVITER']}"
    for who, theirs in of.items():
        if sum(not each.is_capped for each in theirs) != min(CAP, len(theirs)):
            yield f"so many of {len(theirs)} bring {who} a bonus: {sum(not each.is_capped for each in theirs)}"
        if stored.scores.get(who, 0) != sum(each.state == "QUALIFIED" for each in theirs):
            yield f"the score of {who} is {stored.scores.get(who)}: {theirs}"


def _wrong_bonus(each: Accepted) -> Iterator[str]:
    """All of it once, if an order counts; what was promised, before one does; and nothing of it is left unused once
    none does any more."""
    brings = BRINGS[each.side]
    full = dict.fromkeys(brings, 0) if each.is_capped else dict(brings)
    net = dict.fromkeys(full, 0) | dict(each.bonus.net)
    if each.state == "QUALIFIED" and net != full:
        yield f"should bring {full}: {each}"
    if each.state == "REGISTERED" and (net, each.bonus.active) != (full | {"order": 0}, 0):
        yield f"nothing but what was promised is there: {each}"
    if each.state == "REVERSED" and (each.bonus.unused or any(net[what] > full[what] for what in full)):
        yield f"what was unused is not taken back: {each}"


def brought_by_invitations(stored: Invitings) -> Mapping[Place, tuple[int, int]]:
    """By customer and program: points that are pending, and those that became theirs."""
    brought = defaultdict[Place, tuple[int, int]](lambda: (0, 0))
    for each in stored.accepted:
        pending, active = brought[each.place]
        whole = sum(each.bonus.net.values())
        brought[each.place] = pending + whole - each.bonus.active, active + each.bonus.active
    return brought
