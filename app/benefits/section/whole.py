"""The section as a whole."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Self

from pydantic import model_validator

from app.points.section import Period
from app.programs.problems import Finding
from app.programs.section import Code, Listed, Part, Section, refuse, repeated

from .declared import Benefit, Parameters, Quota, problems_of
from .kinds import EXTRAS, BenefitKind

RETIRED = '"{0}" is the code of a benefit that is gone, and is retired: choose another'


class OfTier(Part):
    """`[[benefits.of_tier]]`: what the holders of a tier have of a benefit otherwise than others."""

    tier: Code
    benefit: Code
    parameters: Parameters | None = None
    """In place of the benefit's."""
    quota: Quota | None = None
    """In place of the benefit's."""


class BenefitsSection(Section):
    """`[benefits]`. Which tier has which benefits is said on the ladder, by their codes."""

    offered: Listed[Benefit] = ()
    of_tier: Listed[OfTier] = ()
    retired: Listed[Code] = ()
    """Codes of all benefits that were offered by an earlier version and are not any more (R20)."""

    @cached_property
    def by_code(self) -> Mapping[str, Benefit]:
        return {benefit.code: benefit for benefit in self.offered}

    def for_tier(self, tier: str, codes: Sequence[str]) -> tuple[Benefit, ...]:
        """What the holders of a tier have, as they have it. Codes of nothing that is offered are left out."""
        return tuple(self._by_tier.get((tier, code), self.by_code[code]) for code in codes if code in self.by_code)

    @cached_property
    def quotas(self) -> frozenset[tuple[str, Period]]:
        """Codes of the benefits that have a quota, whoever's, and over which period of time it is counted."""
        all_ = [(each.code, each.quota) for each in self.offered]
        of_tiers = [(each.benefit, each.quota) for each in self.of_tier]
        return frozenset((code, quota.period) for code, quota in [*all_, *of_tiers] if quota is not None)

    @cached_property
    def extras(self) -> Mapping[str, frozenset[str]]:
        """Codes of the benefits by which campaigns are for who has them: of which campaigns, whatever the tier."""
        return self._named(lambda each: each.campaigns, EXTRAS)

    @cached_property
    def extra_campaigns(self) -> frozenset[str]:
        """Codes of all those campaigns."""
        return frozenset(code for codes in self.extras.values() for code in codes)

    @cached_property
    def exclusive(self) -> Mapping[str, frozenset[str]]:
        """Codes of the benefits by which coupons can be had: of which templates, whatever the tier."""
        return self._named(lambda each: each.templates, {BenefitKind.EXCLUSIVE_COUPONS})

    @cached_property
    def multiplying(self) -> frozenset[str]:
        """Codes of the benefits that multiply points."""
        return frozenset(each.code for each in self.offered if each.kind is BenefitKind.POINTS_MULTIPLIER)

    def _named(
        self, names: Callable[[Parameters], Sequence[str]], kinds: Collection[BenefitKind]
    ) -> Mapping[str, frozenset[str]]:
        said = [(each.code, each.parameters) for each in self.offered]
        said += [(each.benefit, each.parameters) for each in self.of_tier if each.parameters is not None]
        return {
            benefit.code: frozenset(name for code, parameters in said if code == benefit.code
                                    for name in names(parameters))
            for benefit in self.offered if benefit.kind in kinds
        }  # fmt: skip

    @cached_property
    def _by_tier(self) -> Mapping[tuple[str, str], Benefit]:
        return {
            (each.tier, each.benefit): _otherwise(self.by_code[each.benefit], each)
            for each in self.of_tier
            if each.benefit in self.by_code
        }

    @model_validator(mode="after")
    def _is_right(self) -> Self:
        refuse([*repeated("offered", [benefit.code for benefit in self.offered]), *self._wrong(), *self._wrong_tiers()])
        return self

    def _wrong(self) -> Iterator[Finding]:
        for number, code in enumerate(self.retired):
            if code in self.by_code:
                yield ("retired", number), f'"{code}" is offered, so it is not retired'
            if code in self.retired[:number]:
                yield ("retired", number), "is in the list before"

    def _wrong_tiers(self) -> Iterator[Finding]:
        known = set[tuple[str, str]]()
        for number, each in enumerate(self.of_tier):
            place = ("of_tier", number)
            if (each.tier, each.benefit) in known:
                yield (*place, "benefit"), "the same tier has the same benefit otherwise before"
            known.add((each.tier, each.benefit))
            if each.benefit not in self.by_code:
                yield (*place, "benefit"), f'"{each.benefit}" is not offered'
                continue
            if each.parameters is None and each.quota is None:
                yield (*place, "parameters"), "missing: says neither parameters nor a quota"
            there = self.by_code[each.benefit]
            parameters, quota = each.parameters or there.parameters, each.quota or there.quota
            for where, words in problems_of(there.kind, parameters, quota):
                yield (*place, *where), words

    def problems_after(self, earlier: Self) -> Iterator[Finding]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Codes are retired, not deleted (R20): members may have used them, or have them from staff. So none comes back
        as something else, and each stays of its kind."""
        known = self.by_code.keys() | set(self.retired)
        for code in (*(benefit.code for benefit in earlier.offered), *earlier.retired):
            if code not in known:
                yield ("retired",), f'"{code}" was offered before: name it here, it cannot come back'
        for number, benefit in enumerate(self.offered):
            if benefit.code in earlier.retired:
                yield ("offered", number, "code"), RETIRED.format(benefit.code)
            before = earlier.by_code.get(benefit.code)
            if before is not None and before.kind is not benefit.kind:
                yield ("offered", number, "kind"), f"cannot change: it was published as {before.kind.value}"


def _otherwise(benefit: Benefit, of_tier: OfTier) -> Benefit:
    return Benefit(
        code=benefit.code,
        kind=benefit.kind,
        name=benefit.name,
        description=benefit.description,
        parameters=of_tier.parameters or benefit.parameters,
        quota=of_tier.quota or benefit.quota,
    )
