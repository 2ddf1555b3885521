"""The section `[referrals]` of a program's file: what members get for inviting others, and for being invited."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from app.programs.problems import Place
from app.programs.section import Amount, Code, Count, Part, Section, Text, Words, refuse

CODE = "{code}"
MOST = 2**31 - 1


class ReferralBonus(Part):
    """Points, a coupon, or both, and what the history of points calls them."""

    points: Annotated[int, Field(ge=0, le=MOST)] = 0
    coupon: Code | None = None
    """Of the coupon template of which one is given, once the bonus can be used."""
    words: Words

    @model_validator(mode="after")
    def _gives(self) -> Self:
        if self.points == 0 and self.coupon is None:
            refuse([(("points",), "missing: a bonus is points, a coupon, or both")])
        return self


class SideBonuses(Part):
    """`[referrals.inviter]`, `[referrals.invitee]`: what one side gets. All of it can be spent once a completed order
    of the invitee is past its return window (R37)."""

    registration: ReferralBonus | None = None
    """Pending from when the invitation is accepted."""
    order: ReferralBonus | None = None
    """Pending from when that order is completed."""


class ReferralsSection(Section):
    """`[referrals]`. Without a bonus nobody can invite."""

    newcomer_days: Annotated[int, Field(ge=1, le=3660)] = 30
    """Local days from when somebody joined the first time, within which they can accept an invitation."""
    monthly_cap: Count | None = None
    """Invitations accepted in a local month that bring the inviter a bonus, at most; all, if nothing is said."""
    at_least: Amount | None = None
    """An order of the invitee counts only if so much of it earns and is not refunded; any above 0 if nothing is
    said."""
    link: Text | None = None
    """Where invitees are sent: `{code}` in it stands for the inviter's code."""
    inviter: SideBonuses = SideBonuses()
    invitee: SideBonuses = SideBonuses()

    @cached_property
    def is_offered(self) -> bool:
        return any(True for _ in self.bonuses)

    @property
    def bonuses(self) -> Iterator[tuple[str, ReferralBonus]]:
        """What is given, by its place in the section."""
        for side, bonuses in (("inviter", self.inviter), ("invitee", self.invitee)):
            for what, bonus in (("registration", bonuses.registration), ("order", bonuses.order)):
                if bonus is not None:
                    yield f"{side}.{what}", bonus

    @property
    def coupons(self) -> Iterator[tuple[Place, str]]:
        """Templates of which coupons are given, by their places."""
        for place, bonus in self.bonuses:
            if bonus.coupon is not None:
                yield (*place.split("."), "coupon"), bonus.coupon

    def link_of(self, code: str) -> str | None:
        return None if self.link is None else self.link.replace(CODE, code)

    @model_validator(mode="after")
    def _link_leads_somewhere(self) -> Self:
        if self.link is not None and (CODE not in self.link or not self.link.startswith("https://")):
            refuse([(("link",), "must begin with https:// and have {code} where the code goes")])
        return self
