"""A program in which the second tier has one benefit of each kind, and how they are asked for."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from app.benefits.section import BenefitKind
from app.graph import Role, Viewer
from app.graph.ids import global_id
from tests.world import World, customer, service, staff

CLUB = "benefits-club"
SHOP, SARA, OLGA = service(CLUB), staff(Role.SUPPORT, CLUB), staff(Role.OPERATOR, CLUB)
NUMBERS = count(1)
DAY = timedelta(days=1)
WHY = "So that it can be tried."

PARAMETERS: Mapping[BenefitKind, str] = {
    BenefitKind.MEMBER_PRICE: 'percent_off = 5, categories = ["cups"]',
    BenefitKind.PRIORITY_SHIPPING: "within_hours = 24",
    BenefitKind.DEDICATED_SERVICE: "within_minutes = 5",
    BenefitKind.MEMBER_DAY_EXTRA: 'campaigns = ["day"]',
    BenefitKind.TRIAL_PRIORITY: "chances = 2",
    BenefitKind.EARLY_ACCESS: "hours = 48",
    BenefitKind.POINTS_MULTIPLIER: 'multiplier = "1.5", rules = ["order"]',
    BenefitKind.BIRTHDAY_GIFT: 'gift = { zh = "蛋糕", en = "A cake" }',
    BenefitKind.EXPRESS_REFUND: "within_hours = 2",
    BenefitKind.FLEXIBLE_RETURNS: "days = 30",
    BenefitKind.PARTNER_BENEFIT: 'brand = { zh = "咖啡馆", en = "The Café" }',
    BenefitKind.EXCLUSIVE_COUPONS: 'templates = ["gold-only"]',
    BenefitKind.PROMOTION_EXTRAS: 'campaigns = ["sale"]',
    BenefitKind.AFTER_SALES_PRIORITY: "within_hours = 4",
}
"""By the kind, in the file's words."""


def code_of(kind: BenefitKind) -> str:
    return kind.value.lower().replace("_", "-")


def quota_of(kind: BenefitKind) -> tuple[int, str]:
    return (1, "YEAR") if kind is BenefitKind.BIRTHDAY_GIFT else (2, "MONTH")


def offered(code: str, kind: BenefitKind, parameters: str = "", quota: str = "") -> str:
    lines = (
        "[[benefits.offered]]",
        f'code = "{code}"',
        f'kind = "{kind.value}"',
        f'name = {{ zh = "权益", en = "The {code}" }}',
        'description = { zh = "一项权益。", en = "A benefit." }',
        f"parameters = {{ {parameters} }}" if parameters else "",
        f"quota = {{ {quota} }}" if quota else "",
    )
    return "\n".join(filter(None, lines)) + "\n"


ALL = "".join(
    offered(code_of(kind), kind, said, 'times = {}, period = "{}"'.format(*quota_of(kind)))
    for kind, said in PARAMETERS.items()
)
CAMPAIGNS = "".join(
    f'''[[campaigns.planned]]
code = "{code}"
name = {{ zh = "活动", en = "The {code}" }}
window = {{ kind = "MONTHLY", day = 8 }}
audience = {{ tiers = ["gold"] }}
effects = {{ points = "2" }}
'''
    for code in ("day", "sale")
)
"""What gives the extras that gold has."""
TEMPLATE = """[[coupons.templates]]
code = "gold-only"
kind = "CASH"
name = { zh = "金卡券", en = "For gold" }
amount = "5.00"
validity = { days = 30 }
tiers_from = "gold"
"""
"""Of coupons that gold alone can claim."""
CODES = [code_of(kind) for kind in PARAMETERS]

WEEK = """[[campaigns.planned]]
code = "week"
name = {{ zh = "活动周", en = "The week" }}
window = {{ kind = "ONE_OFF", starts = 2026-03-01T00:00:00, ends = 2026-03-08T00:00:00 }}
effects = {{ {} }}
"""
NAMED, HIGHER = WEEK.format(f"benefits = {CODES}"), WEEK.format('benefits_of = "gold"')
"""A week in which everybody has all of them, by their names or as gold has them."""


def club(
    benefits: str = ALL, *, silver: str = "", gold: str = str(CODES), more: str = "", zone: str = "Asia/Shanghai"
) -> str:
    """The program's file: V1 from joining, silver from 200, gold from 500."""
    times = 'tiers = { gold = "1.5" }' if "POINTS_MULTIPLIER" in benefits else ""
    return f"""
[program]
code = "{CLUB}"
kind = "BRAND"
name = {{ zh = "权益俱乐部", en = "The Club" }}
time_zone = "{zone}"
currency = "CNY"
[members]
join = "ON_REQUEST"
[[points.earning]]
code = "order"
points = 1
per = "1.00"
words = {{ zh = "积分", en = "Points" }}
{times}
[tiers]
[[tiers.growth]]
code = "order"
growth = 1
per = "1.00"
words = {{ zh = "成长", en = "Growth" }}
[[tiers.ladder]]
code = "base"
name = {{ zh = "普通", en = "Basic" }}
threshold = 0
[[tiers.ladder]]
code = "silver"
name = {{ zh = "银卡", en = "Silver" }}
threshold = 200
benefits = [{silver}]
[[tiers.ladder]]
code = "gold"
name = {{ zh = "金卡", en = "Gold" }}
threshold = 500
benefits = {gold}
{benefits}
{more}
{CAMPAIGNS if "MEMBER_DAY_EXTRA" in benefits else ""}
{TEMPLATE if "EXCLUSIVE_COUPONS" in benefits else ""}
"""


async def opened(world: World, text: str | None = None) -> None:
    """The program is published, unless it is already."""
    if text is not None or CLUB not in world.programs.by_code:
        await world.publishes(text or club())


async def grown(world: World, who: str, growth: int = 500) -> str:
    """A member who has so much growth: the global id."""
    member_id = await world.joins(who, program=CLUB)
    if growth:
        at = world.now - 40 * DAY
        await world.orders(who, growth, program=CLUB, paid=at, completed=at + DAY)
    return global_id("member", member_id)


USED = """mutation ($input: UseBenefitInput!) { useBenefit(input: $input) { __typename
  ... on Refusal { code message }
  ... on UseBenefitSuccess { replayed member { id }
    use { id state grantedBy source cause reference usedAt givenBackAt benefit { code kind } } }
  ... on BenefitNotHeld { tier { code } benefit { code } }
  ... on BenefitQuotaUsed { limit period resetsAt benefit { code } }
  ... on BenefitUseConflict { source cause } } }"""
GIVEN_BACK = """mutation ($input: GiveBackBenefitInput!) { giveBackBenefit(input: $input) { __typename
  ... on Refusal { code }
  ... on GiveBackBenefitSuccess { replayed use { id state givenBackAt } } } }"""
GRANTED = """mutation ($input: GrantBenefitInput!) { grantBenefit(input: $input) { __typename
  ... on Refusal { code message }
  ... on GrantBenefitSuccess { replayed member { id } grant { id until reason revokedAt benefit { code }
    grantedBy { subject } revokedBy { subject } } } } }"""
REVOKED = """mutation ($input: RevokeBenefitInput!) { revokeBenefit(input: $input) { __typename
  ... on Refusal { code message }
  ... on RevokeBenefitSuccess { replayed grant { id revokedAt revokeReason revokedBy { subject } } } } }"""
MINE = f"""{{ me(program: "{CLUB}") {{ benefits {{ source until benefit {{ code kind parameters {{ percentOff categories
  withinHours withinMinutes hours days multiplier rules chances campaigns templates brand gift }}
  limit {{ times period }} }} quota {{ limit period used left resetsAt }} }} }} }}"""


async def uses(
    world: World, who: str, benefit: str, cause: str | None = None, *, by: Viewer = SHOP, **more: Any
) -> Any:
    """A customer uses a benefit for something new, if nothing is said."""
    given = {"program": CLUB, "customer": {"subject": who}, "benefit": benefit,
             "cause": {"id": cause or f"order-{next(NUMBERS)}"}, **more}  # fmt: skip
    return (await world.data(USED, by=by, input=given))["useBenefit"]


async def gives_back(world: World, who: str, benefit: str, cause: str) -> Any:
    given = {"program": CLUB, "customer": {"subject": who}, "benefit": benefit, "cause": {"id": cause}}
    return (await world.data(GIVEN_BACK, by=SHOP, input=given))["giveBackBenefit"]


async def grants(
    world: World, member: str, benefit: str, *, until: timedelta = 9 * DAY, by: Viewer = SARA, key: str | None = None
) -> Any:
    given = {"idempotencyKey": key or str(uuid4()), "member": member, "benefit": benefit, "reason": WHY,
             "until": (world.now + until).isoformat()}  # fmt: skip
    return (await world.data(GRANTED, by=by, input=given))["grantBenefit"]


async def revokes(world: World, grant: str, *, by: Viewer = SARA) -> Any:
    given = {"idempotencyKey": str(uuid4()), "grant": grant, "reason": WHY}
    return (await world.data(REVOKED, by=by, input=given))["revokeBenefit"]


async def held(world: World, who: str = "anna") -> dict[str, Any]:
    """What somebody has, by the benefit's code."""
    me = (await world.data(MINE, by=customer(who)))["me"]
    return {each["benefit"]["code"]: each for each in me["benefits"]}
