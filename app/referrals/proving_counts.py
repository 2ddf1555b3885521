"""What must be true of what is counted of a member's invitations: those of a month, and those that came to something
(R5, R37)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from app.members.proving import Claim, Published

from .rules import Referral, Side, score_changes
from .section import ReferralsSection


def cap_claims(referrals: Sequence[Referral], *, published: Published) -> Iterator[Claim]:
    """In a local month no more bring the inviter a bonus than the version of the last of them allows."""
    months: defaultdict[date, list[Referral]] = defaultdict(list)
    for each in referrals:
        if each.side == Side.INVITER.name and not each.is_capped:
            months[each.month].append(each)
    for month, theirs in months.items():
        versions = [published.version(each.program_version) for each in theirs]
        caps = [None if version is None else version.section(ReferralsSection).monthly_cap for version in versions]
        if None in caps:
            continue
        most = max(cap for cap in caps if cap is not None)
        yield Claim(f"referrals of {month:%Y-%m}: within the cap (R37)", None, min(len(theirs), most), len(theirs))


def score_claims(
    referrals: Sequence[Referral], scores: Mapping[tuple[str, date], int], *, published: Published
) -> Iterator[Claim]:
    """What is kept up is what can be counted."""
    counted = Counter[tuple[str, date]]()
    for each in referrals:
        version = published.version(each.program_version)
        if version is None:
            return
        if each.side == Side.INVITER.name:
            changes = score_changes(None, each.counted_on(zone=version.zone))
            counted.update({(period.name, starts): change for (period, starts), change in changes.items()})
    found = {key: number for key, number in scores.items() if number}
    yield Claim("referral_scores, by the invitations that count", None, dict(counted), found)
