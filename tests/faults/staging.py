"""What there is before a trial begins: hosts, who are members since long and have codes to invite by, and rewards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.coupons.commands.jobs import begin_job
from app.coupons.rules.kinds import CouponJobKind
from app.coupons.templates import template_by_code
from app.customers.rules import Identity
from app.db import Database
from app.graph.ids import global_id
from app.points.section import Period
from app.programs.rules import Programs
from app.referrals.commands import join_by_invitation
from app.referrals.queries import codes_of_members
from app.rewards.commands.catalogue import create_reward
from app.rewards.commands.catalogue_stock import add_codes
from app.rewards.rules.kinds import RewardKind
from app.rewards.rules.offering import InLanguages, Limit, Said

from .purchases import Ware

HOSTS = tuple(f"host-{number}" for number in range(8))
LONG_AGO = timedelta(days=90)
DAY = timedelta(days=1)
CHEAP, DEAR = 5, 400
"""Points: nearly everything costs so few, something so many that it is soon too dear."""
MOST_PACKETS = 4
"""For each member."""
CODE_JOBS, CODES = 6, 150
"""So many times staff ask for so many codes, which are made while the trial goes on."""


@dataclass(frozen=True)
class Stage:
    """Made by `staged`; by itself nobody and nothing."""

    wares: tuple[Ware, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict[str, str])
    """By which hosts invite."""


async def staged(
    database: Database, *, programs: Programs, program: str, issuer: str, pieces: int, now: datetime
) -> Stage:
    """All of it in one program; so many pieces there are of what is scarce."""
    codes = {
        host: await _host(database, programs, program, Identity(issuer, host), LONG_AGO - number * DAY, now)
        for number, host in enumerate(HOSTS)
    }
    vouchers = frozenset(f"VOUCHER-{number}" for number in range(pieces))
    to_all: dict[str, Any] = {"database": database, "programs": programs, "program": program, "now": now}
    wares = (
        await _ware(**to_all, code="cup", kind=RewardKind.GOODS, points=CHEAP, total=pieces),
        await _ware(**to_all, code="voucher", kind=RewardKind.VOUCHER, points=CHEAP, codes=vouchers),
        await _ware(**to_all, code="packet", kind=RewardKind.RED_PACKET, points=CHEAP, most=MOST_PACKETS),
        await _ware(**to_all, code="bike", kind=RewardKind.GOODS, points=DEAR),
    )
    for _ in range(CODE_JOBS):
        await _code_job(database, programs, program, now)
    return Stage(wares, codes)


async def _code_job(database: Database, programs: Programs, program: str, now: datetime) -> None:
    """Codes that staff asked for."""
    template = template_by_code(programs, program, "ticket", now=now)
    assert template is not None
    async with database.transaction() as tx:
        await begin_job(tx, template=template, kind=CouponJobKind.CODES, filter="{}", total=CODES, reason="a trial",
                        by=("staff", "operator"), now=now)  # fmt: skip


async def _host(
    database: Database, programs: Programs, program: str, identity: Identity, ago: timedelta, now: datetime
) -> str:
    """Their code."""
    async with database.transaction() as tx:
        joined = await join_by_invitation(
            tx, programs=programs, program=programs.current(program, now), identity=identity, display_name=None,
            channel=None, code=None, now=now - ago,
        )  # fmt: skip
        (code,) = await codes_of_members(tx, [joined.member_id])
    assert code is not None
    return code


async def _ware(
    *,
    database: Database,
    programs: Programs,
    program: str,
    code: str,
    kind: RewardKind,
    points: int,
    total: int | None = None,
    most: int | None = None,
    codes: frozenset[str] | None = None,
    now: datetime,
) -> Ware:
    """A red packet is confirmed by staff; stock is in three buckets, codes in two."""
    is_packet = kind is RewardKind.RED_PACKET
    said: dict[str, Any] = {"limit": Limit(most, Period.LIFETIME)} if most is not None else {}
    async with database.transaction() as tx:
        reward_id = await create_reward(
            tx,
            program=programs.current(program, now),
            code=code,
            kind=kind,
            said=Said(name=InLanguages("礼物", "A gift"), points=points, is_confirmed_by_staff=is_packet, **said),
            stock=total,
            buckets=3 if codes is None else 2,
            amount=500 if is_packet else None,
            now=now - LONG_AGO,
        )
        if codes is not None:
            await add_codes(tx, reward_id=reward_id, codes=sorted(codes), now=now)
    whole = total if codes is None else len(codes)
    return Ware(global_id("reward", reward_id), points, whole, most, is_packet, codes)
