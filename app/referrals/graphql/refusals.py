"""Why an invitation was not accepted, or no code made."""

from datetime import datetime

from app.graph import SIGNED_IN, Refusal, RefusalCode, batched, column, refused_as, said, shows
from app.referrals import queries, rules

from .referral import Invitation


@shows(
    rules.CodeNotValid,
    description="The invite code cannot be accepted: it is nobody's, your own, of somebody who joined after you or has "
    "left, or the program has no invitations. Which of it, is not said.",
    seen_by=SIGNED_IN,
)
class InviteCodeNotValid(Refusal):
    code: RefusalCode = refused_as(RefusalCode.INVITE_CODE_NOT_VALID)
    message: str = said(en="This invite code is not valid for you.", zh="该邀请码对您无效。")


@shows(rules.AlreadyInvited, description="You have accepted an invitation before.", seen_by=SIGNED_IN)
class AlreadyInvited(Refusal):
    code: RefusalCode = refused_as(RefusalCode.ALREADY_INVITED)
    message: str = said(en="You have accepted an invitation already.", zh="您已接受过邀请。")
    invitation: Invitation = batched(
        queries.invitations_by_id, "The invitation that you accepted.", key=("member_id", "referral_id")
    )


@shows(rules.NotANewcomer, description="Invitations are accepted within some days of joining.", seen_by=SIGNED_IN)
class NotANewcomer(Refusal):
    code: RefusalCode = refused_as(RefusalCode.NOT_A_NEWCOMER)
    message: str = said(
        en="Invitations can only be accepted by newcomers.", zh="只有新会员可以接受邀请，您加入的时间已超过期限。"
    )
    until: datetime = column("Until then, exclusive, you could have accepted one.")


@shows(rules.ReferralsNotOffered, description="The program gives nothing for invitations.", seen_by=SIGNED_IN)
class ReferralsNotOffered(Refusal):
    code: RefusalCode = refused_as(RefusalCode.REFERRALS_NOT_OFFERED)
    message: str = said(en="{program} has no invitations.", zh="{program} 暂无邀请活动。")
