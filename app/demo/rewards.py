"""The points malls of the demo: some rewards of each kind, made as an operator makes them; one was redeemed."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from app.clock import business_day, local_instant
from app.customers.rules import Identity
from app.db import Database, Transaction
from app.db.unique_keys import owners_of
from app.errors import Refused
from app.members.commands import lock_member
from app.members.queries import membership_digest
from app.points.section import Period
from app.programs.rules import Programs, ProgramVersion
from app.rewards import commands as rewards
from app.rewards.queries.catalogue import codes_of_rewards
from app.rewards.rules.kinds import RewardKind
from app.rewards.rules.offering import InLanguages, Limit, Said
from app.staff import commands as staff
from app.staff.rules import Staff, StaffMember

from .identities import CLUB

BRAND = "brand-standard"
TONIGHT = time(20)
"""When the flash sale opens, of the day after the demo was loaded."""


@dataclass(frozen=True)
class DemoReward:
    """A reward, as its operator says it."""

    code: str
    kind: RewardKind
    name: InLanguages
    description: InLanguages
    points: int
    tier_points: Mapping[str, int] = field(default_factory=dict[str, int])
    tiers_from: str | None = None
    limit: Limit | None = None
    stock: int | None = None
    codes: int = 0
    """So many codes, of vouchers."""
    amount: int | None = None
    """Of a red packet: minor units."""
    buckets: int = 8
    opens_tomorrow: bool = False
    is_confirmed_by_staff: bool = False
    redeemed_by: str | None = None
    """Of the people of the demo."""


MALLS: Mapping[str, Sequence[DemoReward]] = {
    CLUB: (
        DemoReward(
            "umbrella",
            RewardKind.GOODS,
            InLanguages("晴雨伞", "Umbrella"),
            InLanguages("自动开合，晴雨两用。", "It opens by itself, for sun and rain."),
            2000,
            tier_points={"v4": 1500, "v6": 1000},
            limit=Limit(1, Period.MONTH),
            stock=200,
        ),
        DemoReward(
            "suitcase",
            RewardKind.GOODS,
            InLanguages("登机箱", "Cabin suitcase"),
            InLanguages("V5 及以上会员专享。", "For members of V5 and above."),
            30_000,
            tiers_from="v5",
            limit=Limit(1, Period.YEAR),
            stock=20,
            is_confirmed_by_staff=True,
        ),
        DemoReward(
            "flash-mug",
            RewardKind.GOODS,
            InLanguages("秒杀马克杯", "Flash-sale mug"),
            InLanguages("每人限兑一个，兑完为止。", "One each, while there are any."),
            9,
            limit=Limit(1, Period.LIFETIME),
            stock=50,
            buckets=32,
            opens_tomorrow=True,
        ),
        DemoReward(
            "red-packet",
            RewardKind.RED_PACKET,
            InLanguages("8.80 元红包", "Red packet of 8.80 yuan"),
            InLanguages("每天可兑一个。", "One a day."),
            880,
            limit=Limit(1, Period.DAY),
            amount=880,
        ),
        DemoReward(
            "coffee",
            RewardKind.VOUCHER,
            InLanguages("咖啡兑换券", "Coffee voucher"),
            InLanguages("凭券码到合作门店兑换一杯咖啡。", "Its code is good for a coffee at a partner's."),
            500,
            limit=Limit(2, Period.WEEK),
            codes=30,
        ),
        DemoReward(
            "stickers",
            RewardKind.GOODS,
            InLanguages("会员贴纸", "Member stickers"),
            InLanguages("免费，人工确认后寄出。", "Free; sent once staff have looked at it."),
            0,
            limit=Limit(1, Period.LIFETIME),
            stock=500,
            is_confirmed_by_staff=True,
            redeemed_by="top",
        ),
    ),
    BRAND: (
        DemoReward(
            "tote",
            RewardKind.GOODS,
            InLanguages("帆布袋", "Tote bag"),
            InLanguages("品牌限定款。", "The brand's own."),
            300,
            tier_points={"v3": 200},
            limit=Limit(1, Period.MONTH),
            stock=100,
        ),
        DemoReward(
            "red-packet",
            RewardKind.RED_PACKET,
            InLanguages("5 元红包", "Red packet of 5 yuan"),
            InLanguages("每月可兑两个。", "Two a month."),
            500,
            limit=Limit(2, Period.MONTH),
            stock=1000,
            amount=500,
        ),
        DemoReward(
            "cinema",
            RewardKind.VOUCHER,
            InLanguages("电影票兑换券", "Cinema voucher"),
            InLanguages("V2 及以上会员可兑。", "For members of V2 and above."),
            800,
            tiers_from="v2",
            codes=20,
        ),
    ),
}
"""By program."""


async def stock_malls(database: Database, programs: Programs, *, issuer: str, now: datetime) -> None:
    """Make what is not there yet; what is stays as it is. One read for each program once all is."""
    by = Staff(StaffMember(issuer, "operator"), "OPERATOR")
    for code, mall in MALLS.items():
        known = await codes_of_rewards(database, code)
        for reward in mall:
            if reward.code not in known:
                with suppress(Refused):  # made meanwhile
                    async with database.transaction() as tx:
                        await _make(tx, reward, programs=programs, program=programs.current(code, now), by=by, now=now)


async def _make(
    tx: Transaction, reward: DemoReward, *, programs: Programs, program: ProgramVersion, by: Staff, now: datetime
) -> None:
    tomorrow = business_day(now, zone=program.zone) + timedelta(days=1)
    said = Said(
        name=reward.name,
        description=reward.description,
        points=reward.points,
        tier_points=reward.tier_points or None,
        tiers_from=reward.tiers_from,
        opens_at=local_instant(tomorrow, TONIGHT, zone=program.zone) if reward.opens_tomorrow else None,
        limit=reward.limit,
        is_confirmed_by_staff=reward.is_confirmed_by_staff,
    )
    made = await staff.create_reward(tx, program=program, code=reward.code, kind=reward.kind, said=said,
                                     stock=reward.stock, buckets=reward.buckets, amount=reward.amount,
                                     template=None, programs=programs, reason=None, by=by, now=now)  # fmt: skip
    if reward.codes:
        codes = [f"{reward.code}-{made.reward_id.hex[-8:]}-{number:03}".upper() for number in range(reward.codes)]
        await staff.add_voucher_codes(tx, reward_id=made.reward_id, codes=codes, reason=None, by=by, now=now)
    if reward.redeemed_by is not None:
        who = Identity(by.person.issuer, reward.redeemed_by)
        (member_id,) = await owners_of(tx, [membership_digest(program.code, who)])
        if member_id is not None:
            member = await lock_member(tx, member_id=member_id)
            await rewards.redeem(tx, member=member, reward_id=made.reward_id, channel="app", programs=programs, now=now)
