"""What must be true of a member's keys, and how it is said that something is not as it must be (R5)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeVar
from uuid import UUID

from app.customers.queries import identity_digest
from app.customers.rules import Identity
from app.programs.rules import Program, Programs, ProgramVersion

from .queries import customer_digest, membership_digest


class Claim(NamedTuple):
    """Something that must be equal: of a row (None: the member's only one), what it should be, what it is."""

    what: str
    of: UUID | None
    expected: object
    found: object


@dataclass(frozen=True)
class Mismatch:
    """A member's books disagree."""

    member_id: UUID
    what: str
    expected: object
    found: object

    def __str__(self) -> str:
        return f"member {self.member_id}: {self.what} should be {self.expected}, is {self.found}"


class Key(NamedTuple):
    """A row of `unique_keys` that must be there, and who must own it."""

    what: str
    of: UUID | None
    digest: bytes
    owner: UUID


class Known(Protocol):
    @property
    def issuer(self) -> str: ...
    @property
    def subject(self) -> str: ...


class Membership(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def customer_id(self) -> UUID: ...
    @property
    def program(self) -> str: ...


class Owned(Protocol):
    @property
    def member_id(self) -> UUID: ...


R = TypeVar("R", bound=Owned)


@dataclass(frozen=True)
class Published:
    """The versions of a program: those that this process holds, and how many there are by now."""

    held: Program | None
    """As it is for the member."""
    newest: int
    programs: Programs = field(default_factory=Programs)
    """All that this process holds, also what operators made."""

    def version(self, number: int) -> ProgramVersion | None:
        """None: not held, because it was published a moment ago, or because there is none (see `exists`)."""
        return None if self.held is None else self.held.versions.get(number)

    def exists(self, number: int) -> bool:
        return 1 <= number <= self.newest


def mismatches(member_id: UUID, claims: Iterable[Claim]) -> Iterator[Mismatch]:
    """The claims that do not hold."""
    for what, of, expected, found in claims:
        if expected != found:
            yield Mismatch(member_id, what if of is None else f"{what} of {of}", expected, found)


def by_member(rows: Iterable[R]) -> Mapping[UUID, Sequence[R]]:
    """Rows of several members as they came, each member's together; none for a member without."""
    found: defaultdict[UUID, list[R]] = defaultdict(list)
    for row in rows:
        found[row.member_id].append(row)
    return found


def keys_of(member: Membership, identities: Iterable[Known]) -> Iterator[Key]:
    """One customer, one member of a program; and each identity leads to both (R24)."""
    yield Key("unique_keys.owner of the customer in the program", None,
              customer_digest(member.program, member.customer_id), member.id)  # fmt: skip
    for known in identities:
        identity = Identity(known.issuer, known.subject)
        yield Key("unique_keys.owner of the identity", None, identity_digest(identity), member.customer_id)
        yield Key("unique_keys.owner of the membership", None, membership_digest(member.program, identity), member.id)


def key_claims(keys: Iterable[Key], owners: Mapping[bytes, UUID]) -> Iterator[Claim]:
    return (Claim(key.what, key.of, key.owner, owners.get(key.digest)) for key in keys)
