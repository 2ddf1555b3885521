"""What campaigns add to what an order or an activity brings by the rules: a line of its own for each (R12, R25)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from app.campaigns.rules import Multiplied
from app.points.rules import rounded
from app.points.rules.caps import Adding, Capped, nothing_added
from app.points.section import CAMPAIGN, Rounding
from app.programs.section import ONCE

from .earning import Earned, left_by_caps


@dataclass(frozen=True)
class Bringing:
    """What rules bring, before caps, and the campaigns that multiply it."""

    earned: Sequence[Earned]
    campaigns: Sequence[Multiplied] = ()
    rounding: Rounding = Rounding.FLOOR

    @property
    def given(self) -> list[tuple[str, int]]:
        """Rule by rule."""
        return [(each.rule, each.amount) for each in self.earned]

    @property
    def adding(self) -> Adding:
        """What campaigns add, once it is known what caps leave of the rest."""
        return self._adding if self.campaigns else nothing_added

    def _adding(self, left: Sequence[Capped]) -> list[tuple[str, int]]:
        return [(each.rule, each.amount) for each in self.added(left)]

    def added(self, left: Sequence[Capped]) -> list[Earned]:
        """What each campaign adds to what caps leave of the rules': all of it together is what they bring times the
        multiplier, rounded once (R12). What a cap cut off is not multiplied."""
        kept = [_kept(each, cut) for each, cut in zip(self.earned, left, strict=True)]
        weights = weights_together([(cut.amount, each.weights) for each, cut in zip(self.earned, left, strict=True)])
        return [
            Earned(each.campaign.rule, sum(self._more(exact, each) for exact in kept), weights)
            for each in self.campaigns
        ]

    def _more(self, exact: Fraction, by: Multiplied) -> int:
        before, total = (rounded(exact * times / ONCE, rounding=self.rounding) for times in (by.before, by.total))
        return total - before

    def left_by(self, left: Sequence[Capped]) -> list[Earned]:
        """What caps leave of it all: of what rules bring and, after it, of what campaigns add."""
        added = self.added(left[: len(self.earned)]) if self.campaigns else []
        return left_by_caps([*self.earned, *added], left)


def _kept(earned: Earned, left: Capped) -> Fraction:
    if earned.exact is None or left.amount != earned.amount:
        return Fraction(left.amount)
    return earned.exact


def weights_together(parts: Sequence[tuple[int, Sequence[int]]]) -> tuple[int, ...]:
    """What each line counts for several rules together: in proportion to what each rule brings by its own weights. Of
    rules that bring nothing whole, all count alike."""
    weighed = [(amount, weights, sum(weights)) for amount, weights in parts if sum(weights)]
    if not any(amount for amount, _, _ in weighed):
        weighed = [(1, weights, whole) for _, weights, whole in weighed]
    if not weighed:
        return ()
    unit = lcm(*(whole for _, _, whole in weighed))
    return tuple(
        sum(amount * weights[line] * (unit // whole) for amount, weights, whole in weighed)
        for line in range(len(weighed[0][1]))
    )


def part_taken_back(amount: int, *, earned: Mapping[str, int], parts: Mapping[str, Fraction], whole: Fraction) -> int:
    """Of what a campaign added, what refunds take back (R10): the part that they take of what the rules earned, which
    it multiplied; `whole` of the order, where they earned nothing whole. Cumulative, and all of it in the end."""
    rules = {code: each for code, each in earned.items() if not code.startswith(CAMPAIGN)}
    total = sum(rules.values())
    part = sum((each * parts[code] for code, each in rules.items()), start=Fraction()) / total if total else whole
    return rounded(amount * part, rounding=Rounding.HALF_UP)
