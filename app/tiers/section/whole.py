"""The section as a whole."""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from app.points.section import Action
from app.programs.problems import Finding, Place
from app.programs.section import Code, Listed, Section, refuse, repeated

from .growing import ActionGrowth, GrowthCap, GrowthRule, GrowthRuleOfAmount, OrderGrowth
from .kinds import CountsAt, Lowering, Measure, WindowKind
from .ladder import Tier, astray, come_back, problems_of
from .lasting import TierPeriod, Window


class TiersSection(Section):
    """`[tiers]`."""

    counts_at: Annotated[CountsAt, Field(strict=False)] = CountsAt.COMPLETED
    measure: Annotated[Measure, Field(strict=False)] = Measure.GROWTH
    window: Window = Window()
    period: TierPeriod = TierPeriod()
    lowering: Annotated[Lowering, Field(strict=False)] = Lowering.TO_MATCH
    notice_days: Annotated[int, Field(ge=30, le=365)] = 45
    """Local days before the end of a tier's period from which its member is told that it is at risk. Nobody is lowered
    until `LEAST_NOTICE` after being told (R17): with more days, late notices delay nothing."""
    grace_days: Annotated[int, Field(ge=0, le=365)] = 0
    """Local days after the end of a tier's period in which it can still be renewed (R17)."""
    growth: Listed[GrowthRuleOfAmount] = ()
    """Each rule is applied to each order."""
    orders: Listed[OrderGrowth] = ()
    """Each rule is applied to each order."""
    actions: Listed[ActionGrowth] = ()
    """Each rule of an action is applied each time that it is done."""
    caps: Listed[GrowthCap] = ()
    """All of them hold; those of the version that the growth is reckoned by (R25, R27)."""
    ladder: Listed[Tier]
    """Lowest first. The first is everybody's from joining on."""
    successors: Mapping[Code, Code] = {}
    """For each tier that was on the ladder of an earlier version and is not any more: the tier of this ladder that
    stands for it (R20)."""

    @property
    def ruling(self) -> Iterator[tuple[str, int, GrowthRule]]:
        """All rules that bring growth, each with its place in the section."""
        for place, rules in (("growth", self.growth), ("orders", self.orders), ("actions", self.actions)):
            for number, rule in enumerate(rules):
                yield place, number, rule

    def rule(self, code: str) -> GrowthRule | None:
        """The rule with a code; None if this version has none."""
        return self._rules.get(code)

    @cached_property
    def _rules(self) -> Mapping[str, GrowthRule]:
        return {rule.code: rule for _, _, rule in self.ruling}

    @cached_property
    def _actions_of(self) -> Mapping[Action, tuple[ActionGrowth, ...]]:
        return {action: tuple(rule for rule in self.actions if rule.action is action) for action in Action}

    def rules_of(self, action: Action) -> tuple[ActionGrowth, ...]:
        """What doing it brings, in the order of the file."""
        return self._actions_of[action]

    @property
    def coupons(self) -> Iterator[tuple[Place, str]]:
        """Templates of which coupons are given for reaching tiers, by their places."""
        for number, tier in enumerate(self.ladder):
            if tier.gift is not None and tier.gift.coupon is not None:
                yield ("ladder", number, "gift", "coupon"), tier.gift.coupon

    @model_validator(mode="after")
    def _is_right(self) -> Self:
        refuse(
            [
                *problems_of(self.ladder),
                *astray(self.successors, {tier.code for tier in self.ladder}),
                *repeated("caps", [cap.code for cap in self.caps]),
                *_same_rules(self),
                *_unmeasurable(self),
                *_unknown(self.caps, {rule.code for _, _, rule in self.ruling}),
            ]
        )
        return self

    def knows(self, code: str) -> bool:
        """Is or was there a tier with this code, as far as this version knows? Those of later versions it does not."""
        return code in self._by_code

    def tier(self, code: str) -> Tier:
        """The tier with a code that is, or in an earlier version was, on the ladder. May raise KeyError."""
        return self._by_code[code]

    @cached_property
    def tiers(self) -> Mapping[str | None, Tier]:
        """The tier that a member stands on, by the code that is recorded of them: for none the base tier."""
        return {None: self.ladder[0], **self._by_code}

    @cached_property
    def _by_code(self) -> Mapping[str, Tier]:
        present = {tier.code: tier for tier in self.ladder}
        return present | {gone: present[successor] for gone, successor in self.successors.items()}

    @cached_property
    def standing(self) -> tuple[object, ...]:
        """All that a member's standing follows from, beside growth: two versions in which it is the same are one
        ladder."""
        steps = tuple((tier.code, tier.threshold) for tier in self.ladder)
        successors = tuple(sorted(self.successors.items()))
        return (
            steps,
            successors,
            self.measure,
            self.window,
            self.period,
            self.lowering,
            self.grace_days,
            self.notice_days,
        )

    def problems_after(self, earlier: Self) -> Iterator[Finding]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """A tier that is gone names its successor (R20), in every version after: members may still be recorded
        with it. So its code does not come back either: who was recorded with it would stand on another tier than the
        one that they hold. Because each version names all that are gone, the one before tells of all before it."""
        known = {tier.code for tier in self.ladder} | set(self.successors)
        for code in (*(tier.code for tier in earlier.ladder), *earlier.successors):
            if code not in known:
                yield ("successors", code), "missing: this tier was on the ladder before, name the one that replaces it"
        yield from come_back(self.ladder, earlier.successors)


def _same_rules(section: TiersSection) -> Iterator[Finding]:
    """Entries and caps know a rule by its code alone, whatever it brings growth for."""
    first: dict[str, tuple[str, int]] = {}
    for place, number, rule in section.ruling:
        if rule.code in first:
            where, index = first[rule.code]
            yield (place, number, "code"), f'"{rule.code}" is also the code of {where}[{index}]'
        else:
            first[rule.code] = (place, number)


def _unmeasurable(section: TiersSection) -> Iterator[Finding]:
    if section.measure is Measure.SCORE and section.window.kind is WindowKind.CALENDAR_YEAR:
        yield ("window", "kind"), "a score is made of the months before: LIFETIME or ROLLING"


def _unknown(caps: Collection[GrowthCap], rules: Collection[str]) -> Iterator[Finding]:
    for number, cap in enumerate(caps):
        for place, code in enumerate(cap.rules):
            if code not in rules:
                yield ("caps", number, "rules", place), f'"{code}" is no rule of growth, orders or actions'
