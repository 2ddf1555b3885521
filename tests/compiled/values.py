"""Values for arguments: such as exist, such as do not, and such as make no sense."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, GraphQLNonNull

from app.compiled.core import type_of
from tests.world import ISSUER, NOON

from .odd_people import BRAND, CLUB, KEY

BROKEN_IDS = ["nonsense", "member_", "", "order_" + "A" * 22, "member_" + "A" * 22, "pointsEntry_" + "A" * 43, "é_x"]
TEXTS = ["x", "", "文字", 'quo"te', "back\\slash", "{brace}", "a\nb", "None", "'"]
SUBJECTS = ["anna", "ben", "carl", "dora", "emil", "hans", "new one"]
INSTANTS = [NOON - timedelta(days=days, seconds=days) for days in (0, 1, 8, 40, 400, -1)]
DAYS = [(NOON - timedelta(days=days)).date().isoformat() for days in (0, 1, 2, 40, -1)]
OF_ANNA = {
    "reward": ("reward", "other_reward", "voucher", "retired"),
    "redemption": ("redemption", "confirmed", "taken_code"),
    "coupon": ("free_coupon", "reserved_coupon", "spent_coupon", "kept_coupon"),
    "template": ("kept_template", "kept_partner", "kept_retired"),
    "hold": ("hold", "spent"),
    "grant": ("benefit_grant",),
    "adjustment": ("adjusted", "asked"),
    "job": ("coupon_job",),
    "entry": ("entry", "activity_entry"),
    "member": ("member",),
    "id of member": ("member",),
    "id of reward": ("reward", "voucher"),
    "id of couponTemplate": ("kept_template", "kept_partner"),
    "id of couponJob": ("coupon_job",),
    "id of import": ("import",),
}
"""Arguments that name one of the things that Anna has."""
CODES = {
    "template": ["welcome", "for-sale"],
    "code": [CLUB, BRAND, CLUB, "for-sale"],
    "tier": ["v1", "v3"],
    "tiers": ["v1", "v3"],
    "benefit": ["trial-priority", "dedicated-service", "member-day-extra"],
    "campaign": ["there", "promotion-618-extra"],
    "month": ["2026-03", "2026-02"],
}
"""Arguments that name something by its code."""


class Values:
    """Makes up values by the type that is wanted and the name that wants it."""

    def __init__(self, dice: Random, ids: Mapping[str, list[str]], *, calm: bool, sparing: bool = False) -> None:
        """`calm` values make sense, mostly; and `sparing` is who says no more than has to be said."""
        self._dice, self._ids, self._calm, self._sparing = dice, ids, calm, sparing

    def of(self, name: str, kind: Any) -> Any:
        """A value as it would come in JSON."""
        if isinstance(kind, GraphQLNonNull):
            return self._some(name, kind.of_type)
        return None if self._dice.random() < 0.2 else self._some(name, kind)

    def _some(self, name: str, kind: Any) -> Any:
        dice = self._dice
        if isinstance(kind, GraphQLList):
            return [self.of(name, kind.of_type) for _ in range(1 if self._sparing else dice.choice([0, 1, 1, 2, 3]))]
        if isinstance(kind, GraphQLInputObjectType):
            often = 0 if self._sparing else 0.5
            fields = {key: field for key, field in kind.fields.items() if _needed(field) or dice.random() < often}
            return {key: self.of(key, type_of(field)) for key, field in fields.items()}
        if isinstance(kind, GraphQLEnumType):
            return dice.choice(list(kind.values))
        return dice.choice(self._choices(name, kind.name))

    def _choices(self, name: str, kind: str) -> list[Any]:
        named = self._named(name)
        if named and isinstance(named[0], int) is (kind == "Int"):
            return named
        return {
            "Int": [0, 1, 2, 5, -1] if self._calm else [0, 1, -1, 7, 2**31 - 1, -(2**31)],
            "Float": [0, 1.5, -2.0],
            "Boolean": [True, False],
            "ID": self._known() if self._calm else [*self._known(), *BROKEN_IDS],
            "UUID": [KEY.format(number) for number in ((4, 5, 6, 7) if self._calm else (1, 1, 2, 3))],
            "DateTime": [at.isoformat() for at in INSTANTS],
            "Date": DAYS if self._calm else [*DAYS, "2026-02-30", ""],
            "Decimal": ["0", "12.50", "1000"] if self._calm else ["0", "12.50", "-1", "0.001", "99999999999"],
        }.get(kind, TEXTS)

    def _named(self, name: str) -> list[Any]:
        calm = self._calm
        if name in OF_ANNA:
            own = [each for thing in OF_ANNA[name] for each in self._ids[thing]]
            return own if calm else [*own, *CODES.get(name, []), *self._known(), *BROKEN_IDS]
        if name in CODES:
            return CODES[name] if calm else [*CODES[name], "no such", ""]
        return {
            "first": [1, 2, 3, 20] if calm else [0, 1, 2, 3, 20, 100, 101, -1],
            "after": self._ids["cursors"] if calm else [*self._ids["cursors"], "nonsense", "", "YzoxMA=="],
            "program": [CLUB, CLUB, BRAND] if calm else [CLUB, BRAND, "no such", ""],
            "within": [30, 366, 3660] if calm else [30, 0, 3661],
            "number": [0, 1, 2, 3, 4, 5, 6, -1] if calm else [0, 1, 8, 9, 10, -1, 13],
            "issuer": [ISSUER],
            "subject": SUBJECTS,
            "order": ["o10", "o31", "big", "new"],
            "source": ["shop"] if calm else ["shop", "other", ""],
            "currency": ["CNY"] if calm else ["CNY", "CNY", "USD"],
            "until": [(NOON + timedelta(days=30)).isoformat()] if calm else [at.isoformat() for at in INSTANTS],
            "channel": ["app", "store"] if calm else ["app", "Not A Channel"],
            "quantity": [1, 2] if calm else [1, 0],
            "reason": ["We promised it."] if calm else TEXTS,
            "points": [1, 5] if calm else [0, 1, -1, 2**31 - 1],
            "days": [1, 30] if calm else [0, 1, 91],
            "paidAt": [INSTANTS[1].isoformat()],
        }.get(name, [])

    def _known(self) -> list[str]:
        kinds = ("pointsEntry", "order", "growthEntry", "tierChange")
        some = [each for kind in kinds for each in self._ids[kind][-6:]]
        return [*self._ids["member"], *some, *self._ids["things"]]


def _needed(field: Any) -> bool:
    return isinstance(type_of(field), GraphQLNonNull)
