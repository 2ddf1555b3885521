"""What a client sees of a member's invitations, and of what they bring."""

from datetime import datetime

import strawberry

from app.coupons.graphql import Coupon
from app.coupons.queries.given import coupons_of_causes
from app.graph import (
    OWNER_AND_STAFF,
    Connection,
    Node,
    batched,
    column,
    computed,
    describe_values,
    extends,
    node,
    shows,
)
from app.members.graphql import Member
from app.points.graphql import PointsEntry
from app.referrals import queries, rules
from app.referrals.rules import seen

strawberry.enum(seen.InvitationState, description="What became of an invitation that was accepted.")
describe_values(
    seen.InvitationState,
    {
        "REGISTERED": "Accepted; none of the invitee's orders counts yet. The bonus for it is pending.",
        "QUALIFIED": "An order of the invitee counts: the bonus can be used when its return window is over.",
        "REVERSED": "That order was refunded: what was unused of the bonus is pending again until the next one counts.",
        "CAPPED": "Accepted when the month's bonuses were used up: it brings the inviter none.",
    },
)
strawberry.enum(rules.Side, name="InvitationSide", description="Who one is in an invitation.")
describe_values(rules.Side, {"INVITER": "Who invited.", "INVITEE": "Who was invited."})


@node(
    rules.InvitationSeen,
    prefix="invitation",
    by_key=queries.invitations_by_id,
    description="An invitation that was accepted, as one of the two sees it.",
    seen_by=OWNER_AND_STAFF,
)
class Invitation(Node):
    side: rules.Side = column("Who the member is in it, whose points it is about.")
    display_name: str = computed(
        seen.name_shown, "The name that the other one shows; a neutral one if they show none, or have left."
    )
    state: seen.InvitationState = column("What became of it.")
    invited_at: datetime = column("When it was accepted.", name="accepted_at")
    bonus: int = column("Points that it brings this member, once an order of the invitee counts.")
    coupons: list[Coupon] = batched(
        coupons_of_causes,
        "Coupons that it brought this member, shortly after they could be used, the first first; those that were taken "
        "back are among them.",
        key=("member_id", "id"),
    )
    usable_from: datetime | None = column(
        "From when they can be used: that order is past its return window. Null while no order counts.",
        name="theirs_from",
    )


@shows(rules.Bonuses, description="Points that invitations brought a member.", seen_by=OWNER_AND_STAFF)
class ReferralBonuses:
    pending: int = column("That wait for an order of the invitee, or for the end of its return window.")
    active: int = column("That became the member's, whatever they did with them.")


@shows(rules.ReferralSeen, description="Invitations of a member, and to the program.", seen_by=OWNER_AND_STAFF)
class Referral:
    code: str | None = column(
        "The code by which the member invites; null until it is made, when they join or by `createInviteCode`."
    )
    link: str | None = column("Where invitees are sent; null without a code, or if the program has no such place.")
    invited: Connection[Invitation] = batched(
        queries.invitations_of_members,
        "Whom the member invited, of those who accepted it: the last first.",
        key="member_id",
        total=queries.numbers_of_invitations,
    )
    bonuses: ReferralBonuses = batched(
        queries.bonuses_of_members, "Points from inviting and from being invited, as they count now.", key="member_id"
    )
    monthly_cap: int | None = column(
        "How many invitations that are accepted in a month bring the inviter a bonus, at most; null: all."
    )
    monthly_cap_left: int | None = batched(
        queries.monthly_cap_left, "How many of this month's still would; null: all.", key=("member_id", "program")
    )
    inviter: Invitation | None = batched(
        queries.accepted_of_members, "The invitation that the member accepted, if they did.", key="member_id"
    )


@extends(Member, seen_by=OWNER_AND_STAFF)
class MemberReferral:
    referral: Referral | None = batched(
        queries.referrals_of_members,
        "Inviting others, and who invited the member; null if the program gives nothing for it.",
        key=("id", "program"),
    )


@extends(PointsEntry, seen_by=OWNER_AND_STAFF)
class PointsEntryInvitation:
    referral: Invitation | None = batched(
        queries.invitations_of_entries,
        "The invitation that made the points move.",
        key=("member_id", "cause", "cause_id"),
    )
