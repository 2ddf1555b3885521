"""What Anna has of all that there is to have: for the matrix of who may see it, and for the odd world."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from app.facts.rules.activities import ReportedActivity
from app.graph import Role
from app.graph.ids import global_id, key_of
from app.members.commands import lock_member
from app.points.section import Action
from app.tiers.commands import StandingMember, bring_along
from tests.checkin.asking import checks_in
from tests.databases import run
from tests.graph import access_to_benefits as of_benefits
from tests.graph import access_to_campaigns as of_campaigns
from tests.graph import access_to_coupon_keeping as of_coupon_keeping
from tests.graph import access_to_coupons as of_coupons
from tests.graph import access_to_referrals as of_referrals
from tests.graph import access_to_rewards as of_rewards
from tests.points.seller import Seller
from tests.staff.correcting import adjust, waiting
from tests.staff.importing import PARTS, created
from tests.staff.setting_tiers import sets
from tests.world import World, customer, staff

HERE = "taobao-club"
A_MISMATCH = (
    "INSERT INTO mismatches (member_id, id, program, what, expected, found, found_at)"
    f" VALUES ('{{0}}', '{{0}}', '{HERE}', 'growth', '1', '2', '2026-01-01Z')"
)
A_GIFT = (
    "INSERT INTO tier_gifts (member_id, id, tier, points, revoked, is_coupon_due, program_version, given_at)"
    " VALUES ('{0}', '{0}', 'v2', 0, 0, false, 1, '2026-01-01Z')"
)


@dataclass
class Things:
    """What Anna has."""

    ids: dict[str, str] = field(default_factory=dict[str, str])

    def fill(self, text: str) -> str:
        for name in sorted(self.ids, key=len, reverse=True):  # a name may begin with another
            text = text.replace(f"${name}", self.ids[name])
        return text


async def things_of_anna(world: World) -> Things:
    recorded = await world.orders(
        "anna", "600", order="first", paid=world.now - timedelta(days=30), completed=world.now - timedelta(days=20)
    )
    await world.joins("bella")
    await run(world.database.settings.url, A_MISMATCH.format(recorded.member_id), A_GIFT.format(recorded.member_id))
    member = global_id("member", recorded.member_id)
    gift = global_id("tierGift", recorded.member_id, recorded.member_id)
    page = await world.data("{ me { pointHistory { nodes { id } } } }", by=customer("anna"))
    entry = page["me"]["pointHistory"]["nodes"][0]["id"]
    await world.reports_of("anna", ReportedActivity("shop", "review", Action.REVIEW, world.now))
    page = await world.data("{ me { pointHistory { nodes { id } } } }", by=customer("anna"))
    activity_entry = page["me"]["pointHistory"]["nodes"][0]["id"]
    await world.refunds("anna", "first", {1: "0.10"})
    order = global_id("order", recorded.member_id, recorded.order_id)
    adjusted = (await adjust(world, member, 5))["adjustment"]["id"]
    asked = await waiting(world, member, 5000)
    corrections = {"adjusted": adjusted, "asked": asked, "gift": gift} | await holds_of_anna(world)
    corrections["import"] = await created(world, PARTS[0])
    corrections |= await tier_of_anna(world, member)
    await of_campaigns.campaigns_here(world)
    corrections |= await of_benefits.benefits_of_anna(world, member)
    corrections |= await of_coupon_keeping.coupons_of_anna(world, member)
    corrections |= await of_rewards.rewards_of_anna(world)
    corrections |= await of_coupons.coupons_of_anna(world)
    corrections |= await of_referrals.invitations_of_anna(world)
    corrections["check_in"] = (await checks_in(world))["checkIn"]["id"]
    return Things({"member": member, "entry": entry, "activity_entry": activity_entry, "order": order, **corrections})


async def tier_of_anna(world: World, member: str) -> dict[str, str]:
    """A movement of growth, and that staff set her tier; she has brought one along, too."""
    key = key_of(member, "member")
    assert isinstance(key, UUID)
    async with world.database.transaction() as tx:
        standing = StandingMember.of(await lock_member(tx, member_id=key))
        await bring_along(tx, member=standing, programs=world.programs, tier="v2", now=world.now)
    change = (await sets(world, member, until=world.now + timedelta(days=9), by=staff(Role.SUPPORT, HERE)))["change"]
    looked = await world.data("{ me { growthHistory { nodes { id } } } }", by=customer("anna"))
    return {"growth_entry": looked["me"]["growthHistory"]["nodes"][0]["id"], "tier_change": change["id"]}


async def holds_of_anna(world: World) -> dict[str, str]:
    """An open hold, the lot that it took points from, one that was captured, and what was given back of that."""
    seller = Seller(world)
    hold, spent = await seller.held("anna", 10), await seller.captured("anna", 10)
    given_back = (await seller.give_back(spent, 1))["giveBack"]["id"]
    looked = await world.data("{ me { pointHolds { nodes { lots { lot { id } } } } } }", by=customer("anna"))
    lot = looked["me"]["pointHolds"]["nodes"][0]["lots"][0]["lot"]["id"]
    return {"hold": hold, "spent": spent, "given_back": given_back, "lot": lot}
