"""People who join and leave; some of it more than once, and some of it otherwise with the same key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from uuid import UUID

JOIN = """mutation Join($input: JoinProgramInput!) { joinProgram(input: $input) { __typename
  ... on JoinProgramSuccess { member { id } } ... on AlreadyMember { member { id } } } }"""
LEAVE = """mutation Leave($input: LeaveProgramInput!) { leaveProgram(input: $input) { __typename
  ... on LeaveProgramSuccess { member { id } } } }"""


@dataclass(frozen=True)
class Wish:
    """Somebody wants to join, or to leave."""

    document: str
    customer: str
    program: str
    key: UUID
    name: str | None = None
    invite: str | None = None
    """To join by: the code of who invited them."""

    @property
    def variables(self) -> Mapping[str, Any]:
        given: dict[str, Any] = {"idempotencyKey": str(self.key), "program": self.program}
        if self.document is JOIN:
            given |= {"displayName": self.name, "channel": "app", "inviteCode": self.invite}
        return {"input": given}


def wish_or_again(random: Random, wished: list[Wish], *, customers: Sequence[str], programs: Sequence[str]) -> Wish:
    """A new one, or the same again, or another with the same key."""
    chance = random.random()
    if chance < 0.6 or not wished:
        kind = JOIN if random.random() < 0.7 else LEAVE
        key = UUID(int=random.getrandbits(128), version=4)
        wished.append(Wish(kind, random.choice(customers), random.choice(programs), key))
        return wished[-1]
    again = random.choice(wished)
    return again if chance < 0.9 else _altered(again, programs)


def _altered(wish: Wish, programs: Sequence[str]) -> Wish:
    """Another wish with the same key: a mistake of the client's."""
    if wish.document is JOIN:
        return replace(wish, name="Another Name")
    return replace(wish, program=next(program for program in programs if program != wish.program))
