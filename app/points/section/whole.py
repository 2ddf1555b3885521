"""The section as a whole."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from app.programs.problems import Finding
from app.programs.section import Listed, Section, refuse, repeated

from .earning import ActionRule, Cap, EarningRule, Multiplied
from .kinds import Action, Rounding
from .policies import Adjustments, Expiry, GiveBacks, Holds, Refunds


class PointsSection(Section):
    """`[points]`."""

    rounding: Annotated[Rounding, Field(strict=False)] = Rounding.FLOOR
    return_window_days: Annotated[int, Field(ge=0, le=365)] = 7
    """Local days after an order's completion until its points are active (R9)."""
    expiry: Expiry = Expiry()
    earning: Listed[EarningRule] = ()
    """Each rule is applied to each order, in their order; none earns where there is none."""
    actions: Listed[ActionRule] = ()
    """Each rule of an action is applied each time that it is done."""
    caps: Listed[Cap] = ()
    """All of them hold; those of the version that the points are earned by (R25, R27)."""
    refunds: Refunds = Refunds()
    give_backs: GiveBacks = GiveBacks()
    holds: Holds = Holds()
    adjustments: Adjustments = Adjustments()

    @property
    def looks_at_tiers(self) -> bool:
        """Does what an order earns depend on the tier held when it was paid?"""
        return any(rule.tiers for rule in self.earning)

    @property
    def multiplied(self) -> Iterator[tuple[str, int, Multiplied]]:
        """All rules that earn, each with its place in the section."""
        for place, rules in (("earning", self.earning), ("actions", self.actions)):
            for number, rule in enumerate(rules):
                yield place, number, rule

    @cached_property
    def _actions_of(self) -> Mapping[Action, tuple[ActionRule, ...]]:
        return {action: tuple(rule for rule in self.actions if rule.action is action) for action in Action}

    def rules_of(self, action: Action) -> tuple[ActionRule, ...]:
        """What is earned by doing it, in the order of the file."""
        return self._actions_of[action]

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        earning, actions = [rule.code for rule in self.earning], [rule.code for rule in self.actions]
        refuse(
            [
                *repeated("earning", earning),
                *repeated("actions", actions),
                *_taken(actions, earning),
                *repeated("caps", [cap.code for cap in self.caps]),
                *_unknown(self.caps, {*earning, *actions}),
            ]
        )
        return self


def _taken(actions: Sequence[str], earning: Sequence[str]) -> Iterator[Finding]:
    """Ledger entries and caps know a rule by its code alone, whatever it earns for."""
    for number, code in enumerate(actions):
        if code in earning:
            yield ("actions", number, "code"), f'"{code}" is also the code of earning[{earning.index(code)}]'


def _unknown(caps: Sequence[Cap], rules: Collection[str]) -> Iterator[Finding]:
    for number, cap in enumerate(caps):
        for place, code in enumerate(cap.rules):
            if code not in rules:
                yield ("caps", number, "rules", place), f'"{code}" is no rule of earning or actions'
