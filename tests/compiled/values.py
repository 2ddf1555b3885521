"""Values for arguments: such as exist, such as do not, and such as make no sense."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, GraphQLNonNull

from app.compiled.core import type_of
from tests.world import ISSUER, NOON

from .odd_world import BRAND, CLUB, KEY

BROKEN_IDS = ["nonsense", "member_", "", "order_" + "A" * 22, "member_" + "A" * 22, "pointsEntry_" + "A" * 43, "é_x"]
TEXTS = ["x", "", "文字", 'quo"te', "back\\slash", "{brace}", "a\nb", "None", "'"]
SUBJECTS = ["anna", "ben", "carl", "dora", "emil", "hans", "new one"]
INSTANTS = [NOON - timedelta(days=days, seconds=days) for days in (0, 1, 8, 40, 400, -1)]


class Values:
    """Makes up values by the type that is wanted and the name that wants it."""

    def __init__(self, dice: Random, ids: Mapping[str, list[str]], *, calm: bool) -> None:
        self._dice, self._ids, self._calm = dice, ids, calm

    def of(self, name: str, kind: Any) -> Any:
        """A value as it would come in JSON."""
        if isinstance(kind, GraphQLNonNull):
            return self._some(name, kind.of_type)
        return None if self._dice.random() < 0.2 else self._some(name, kind)

    def _some(self, name: str, kind: Any) -> Any:
        dice = self._dice
        if isinstance(kind, GraphQLList):
            return [self.of(name, kind.of_type) for _ in range(dice.choice([0, 1, 1, 2, 3]))]
        if isinstance(kind, GraphQLInputObjectType):
            fields = {key: field for key, field in kind.fields.items() if _needed(field) or dice.random() < 0.5}
            return {key: self.of(key, type_of(field)) for key, field in fields.items()}
        if isinstance(kind, GraphQLEnumType):
            return dice.choice(list(kind.values))
        return dice.choice(self._choices(name, kind.name))

    def _choices(self, name: str, kind: str) -> list[Any]:
        named = self._named(name)
        if named:
            return named
        return {
            "Int": [0, 1, 2, 5, -1] if self._calm else [0, 1, -1, 7, 2**31 - 1, -(2**31)],
            "Float": [0, 1.5, -2.0],
            "Boolean": [True, False],
            "ID": self._known() if self._calm else [*self._known(), *BROKEN_IDS],
            "UUID": [KEY.format(number) for number in (1, 1, 2, 3)],
            "DateTime": [at.isoformat() for at in INSTANTS],
            "Decimal": ["0", "12.50", "1000"] if self._calm else ["0", "12.50", "-1", "0.001", "99999999999"],
        }.get(kind, TEXTS)

    def _named(self, name: str) -> list[Any]:
        calm = self._calm
        return {
            "first": [1, 2, 3, 20] if calm else [0, 1, 2, 3, 20, 100, 101, -1],
            "after": self._ids["cursors"] if calm else [*self._ids["cursors"], "nonsense", "", "YzoxMA=="],
            "program": [CLUB, BRAND] if calm else [CLUB, BRAND, "no such", ""],
            "code": [CLUB, BRAND] if calm else [CLUB, BRAND, "no such", ""],
            "within": [30, 366, 3660] if calm else [30, 0, 3661],
            "number": [0, 1, 2, 3, 4, 5, 6, -1] if calm else [0, 1, 8, 9, 10, -1, 13],
            "issuer": [ISSUER],
            "subject": SUBJECTS,
            "order": ["o10", "o31", "big", "new"],
            "source": ["shop"] if calm else ["shop", "other", ""],
            "currency": ["CNY"] if calm else ["CNY", "CNY", "USD"],
            "tier": ["v1", "v3"] if calm else ["v1", "v3", "no such"],
            "until": [(NOON + timedelta(days=30)).isoformat()] if calm else [at.isoformat() for at in INSTANTS],
            "channel": ["app", "store"] if calm else ["app", "Not A Channel"],
            "quantity": [1, 2] if calm else [1, 0],
        }.get(name, [])

    def _known(self) -> list[str]:
        kinds = ("pointsEntry", "order", "growthEntry", "tierChange")
        return [*self._ids["member"], *(each for kind in kinds for each in self._ids[kind][-6:])]


def _needed(field: Any) -> bool:
    return isinstance(type_of(field), GraphQLNonNull)
