"""Why a member is in their tier, and what would change it, in words."""

from collections.abc import Mapping

from app.programs.rulebook import Rule, Told, growth, together, told
from app.programs.words import in_language
from app.tiers.rules import TierChangeKind
from app.tiers.rules.explanation import TierBasis, TierExplained, TierFloor, TierPeriod, TierWay, WayKind
from app.tiers.rules.foretelling import Prospect

from .moments import moment

BASES: Mapping[TierBasis, Told] = {
    TierBasis.JOINING: Told(
        "{tier}自加入即享；目前计入 {growth}。", "{tier} is everybody's from joining on; {growth} counts now."
    ),
    TierBasis.GROWTH: Told(
        "目前计入 {growth}，达到{earned}所需的 {threshold}。",
        "{growth} counts now, which reaches the {threshold} of {earned}.",
    ),
    TierBasis.PERIOD: Told(
        "目前计入 {growth}，低于{earned}所需的 {threshold}；但该等级在有效期内保留，不因成长值减少而下降。",
        "{growth} counts now, less than the {threshold} of {earned}; but that was reached or renewed before, and is "
        "held until its period is over.",
    ),
    TierBasis.BROUGHT: Told(
        "{earned}是加入时带来的等级，在首个有效期内保留；目前计入 {growth}。",
        "{earned} was brought along, and is held for a first period; {growth} counts now.",
    ),
    TierBasis.PROMISE: Told(
        "{earned}此前已向您展示，补报的成长值不降低它；目前计入 {growth}。",
        "{earned} had been shown to you, and growth that was reported late takes nothing of it; {growth} counts now.",
    ),
    TierBasis.STAFF: Told(
        "{tier}由客服设定；按计入的 {growth}，所得等级为{earned}。",
        "Staff set {tier}; with {growth} the tier that was earned is {earned}.",
    ),
}
TO_COME = Told("另有 {growth}尚未计入。", "Another {growth} is yet to count.")

PERIOD = Told(
    "{tier}自 {since} 起享有，有效至 {until}。", "{tier} has been held since {since}; its period ends on {until}."
)
NEVER_LOWERED = Told("到期自动续期。", "Then it is renewed whatever the growth.")
RENEWS = Told(
    "已有 {counted}计入续期，届时将续期。", "{counted} counts towards renewing it, which is enough to renew it then."
)
MISSING = Told(
    "续期还差 {missing}（已计入 {counted}）。", "To renew it {missing} is missing; {counted} counts towards it."
)
NOTICED = Told("已于 {noticed} 通知。", "Notice was given on {noticed}.")
WILL_NOTICE = Told("若届时仍不足，将自 {notice} 起通知。", "If it still is then, notice is given from {notice} on.")
FALLS = Told("若无新增成长值，将于 {at} 降为{to}。", "If nothing comes, it is lowered to {to} on {at}.")

FLOORS: Mapping[TierChangeKind, Told] = {
    TierChangeKind.BROUGHT: Told(
        "加入时带来{tier}：{until} 之前不低于该等级。", "{tier} was brought along: it is held at least until {until}."
    ),
    TierChangeKind.KEPT: Told(
        "{tier}此前已向您展示：{until} 之前不低于该等级。", "{tier} had been shown: it is held at least until {until}."
    ),
}
RENEW = Told("{by} 之前再得 {growth}，{tier}即可续期。", "Another {growth} before {by} renews {tier}.")
RENEW_FROM = Told("仅计入 {since} 起的成长值。", "Only what counts from {since} on is good for it.")
REACH = Told("再得 {growth}即可升至{tier}。", "Another {growth} reaches {tier}.")

PROSPECTS: Mapping[TierChangeKind, Told] = {
    TierChangeKind.RAISED: Told("{at} 将由{before}升至{after}。", "On {at} the tier rises from {before} to {after}."),
    TierChangeKind.CORRECTED: Told("{at} 将更正为{after}。", "On {at} the tier is corrected to {after}."),
    TierChangeKind.RENEWED: Told(
        "若无新增成长值，{after}将于 {at} 续期至 {until}。",
        "If nothing comes, {after} is renewed on {at}, until {until}.",
    ),
    TierChangeKind.LOWERED: Told(
        "若无新增成长值，将于 {at} 由{before}降为{after}。",
        "If nothing comes, the tier is lowered on {at} from {before} to {after}.",
    ),
    TierChangeKind.MANUAL_ENDED: Told(
        "客服设定的等级于 {at} 结束，此后为{held}。", "What staff set is over on {at}: then the tier is {held}."
    ),
}
FOLLOWS_FROM = frozenset(
    f"tiers.{name}" for name in ("counts_at", "window", "period", "lowering", "notice_days", "grace_days")
)
"""Codes of the rules that it follows from."""


def explained_in_words(explained: TierExplained, *, language: str) -> str:
    template = BASES[explained.basis]
    words = told(
        zh=template.zh,
        en=template.en,
        tier=explained.tier.name,
        earned=explained.earned_tier.name,
        threshold=str(explained.earned_tier.threshold),
        growth=growth(explained.growth),
    )
    later = told(zh=TO_COME.zh, en=TO_COME.en, growth=growth(explained.to_come)) if explained.to_come else None
    return in_language(together(words, later), language)


def rules_followed(explained: TierExplained) -> list[Rule]:
    """The rules of the program that it follows from."""
    return [rule for rule in explained.ladder.rules if rule.code in FOLLOWS_FROM]


def period_in_words(period: TierPeriod, *, language: str) -> str:
    zone = period.zone
    parts = {
        "tier": period.tier.name,
        "since": moment(period.since, zone=zone),
        "until": moment(period.until, zone=zone),
        "counted": growth(period.counted),
        "missing": growth(period.missing),
        "noticed": "" if period.noticed_at is None else moment(period.noticed_at, zone=zone),
        "notice": "" if period.notice_from is None else moment(period.notice_from, zone=zone),
        "at": "" if period.lowers_at is None else moment(period.lowers_at, zone=zone),
        "to": "" if period.lowers_to is None else period.lowers_to.name,
    }
    said = [told(zh=words.zh, en=words.en, **parts) for words in _of_period(period)]
    return in_language(together(*said), language)


def _of_period(period: TierPeriod) -> list[Told]:
    if period.notice_from is None:
        return [PERIOD, NEVER_LOWERED]
    if not period.missing:
        return [PERIOD, RENEWS]
    notice = WILL_NOTICE if period.noticed_at is None else NOTICED
    return [PERIOD, MISSING, notice, *([] if period.lowers_at is None else [FALLS])]


def floor_in_words(floor: TierFloor, *, language: str) -> str:
    words = FLOORS[floor.kind]
    return in_language(
        told(zh=words.zh, en=words.en, tier=floor.tier.name, until=moment(floor.until, zone=floor.zone)), language
    )


def way_in_words(way: TierWay, *, language: str) -> str:
    words = RENEW if way.kind is WayKind.RENEW else REACH
    by = "" if way.by is None else moment(way.by, zone=way.zone)
    does = told(zh=words.zh, en=words.en, growth=growth(way.growth), tier=way.tier.name, by=by)
    since = way.since and told(zh=RENEW_FROM.zh, en=RENEW_FROM.en, since=moment(way.since, zone=way.zone))
    return in_language(together(does, since), language)


def prospect_in_words(prospect: Prospect, *, language: str) -> str:
    words = PROSPECTS[prospect.kind]
    told_ = told(
        zh=words.zh,
        en=words.en,
        at=moment(prospect.at, zone=prospect.zone),
        before=prospect.from_tier.name,
        after=prospect.to_tier.name,
        held=prospect.held_tier.name,
        until="" if prospect.until is None else moment(prospect.until, zone=prospect.zone),
    )
    return in_language(told_, language)
