"""A domain in which everything goes wrong that can: the schema under test extends the real one with it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from app.db import Page
from app.errors import BadInput, Refused
from app.facts import queries as facts
from app.facts.graphql.orders import Order
from app.graph import (
    EVERYONE,
    SIGNED_IN,
    STAFF,
    Connection,
    Info,
    Mutation,
    Node,
    Query,
    Refusal,
    RefusalCode,
    Role,
    batched,
    column,
    computed,
    extends,
    found,
    mutation,
    refused_as,
    said,
    shows,
)
from app.members import queries as members
from app.members.graphql import Member
from app.points import queries as points
from app.points.graphql import Points, PointsEntry

from . import odd_functions as odd
from .odd_rows import Charter, Declined, Mood, Nothing, OddRow, Pair, Touched, all_odds, odd_numbered, odds_above

strawberry.enum(Mood)
OPERATORS = frozenset((Role.OPERATOR,))
OWNERS = frozenset((Role.MEMBER,))


@shows(Pair, description="Two.", seen_by=EVERYONE)
class PairType:
    left: Member | None = batched(members.members_by_id, "Key may be null.", key="left")
    left_required: Member = batched(members.members_by_id, "Key may be null, answer not.", key="left")
    right: int = column("A number.")
    names: list[str | None] = column("Some null.")
    mirror: "PairType" = column("Another object each time.")
    flipped: "PairType" = computed(odd.flipped, "Computed.")
    partner: "PairType | None" = column("Another one.")
    secret_partner: "PairType | None" = column("The same, for staff.", name="partner", seen_by=STAFF)
    mirrored: "PairType | None" = column("The same, for staff.", name="mirror", seen_by=STAFF)


@shows(Charter, description="Held by the process.", seen_by=EVERYONE)
class CharterType:
    number: int = column("A number.")
    words: str = computed(odd.words_of, "By language.")
    needed: str = computed(odd.needs_words, "By language, missing for one.")
    unlucky: int | None = computed(odd.unlucky, "Raises for one.")
    unlucky_required: int = computed(odd.unlucky, "Raises for one, required.")
    times: int = computed(odd.times, "With an argument.")
    parts: list["CharterType"] = column("More of them.")
    next: "CharterType | None" = column("Perhaps another.")
    secret: int | None = column("Staff only.", name="number", seen_by=STAFF)


Favourite = Annotated[Member | PointsEntry, strawberry.union("Favourite")]


@shows(OddRow, description="Odd.", seen_by=EVERYONE)
class Odd:
    id: int = column("Number.")
    score: int = column("Null in the row, not in the graph.")
    score_maybe: int | None = column("Null in both.", name="score")
    text: str = column("Null in the row, not in the graph.")
    text_maybe: str | None = column("Null in both.", name="text")
    at: datetime | None = column("Null in both.")
    at_required: datetime = column("Null in the row, not in the graph.", name="at")
    mood: Mood | None = column("Perhaps no mood at all.")
    huge: int | None = column("Beyond 32 bits.")
    member: Member | None = batched(members.members_by_id, "Key may be null.", key="member_id")
    member_required: Member = batched(members.members_by_id, "Key may be null, answer not.", key="member_id")
    order: Order | None = batched(facts.orders_by_id, "Keys may be null.", key=("member_id", "order_id"))
    order_required: Order = batched(facts.orders_by_id, "Keys may be null, answer not.", key=("member_id", "order_id"))
    pair: PairType | None = computed(odd.pair_of, "Computed, with loads beneath.")
    pair_required: PairType = computed(odd.pair_of, "The same, required.")
    wrong_pair: PairType | None = computed(odd.wrong_pair_of, "Not what it says.")
    wrong_pairs: list[PairType | None] = computed(odd.wrong_pairs_of, "Not what they say.")
    scaled: int | None = computed(odd.scaled, "With arguments.")
    described: str | None = computed(odd.described, "With an input object.")
    translated: str = computed(odd.translated, "By language.")
    grid: list[list[int | None] | None] = computed(odd.grid_of, "Lists of lists.")
    strict_grid: list[list[int]] | None = computed(odd.grid_of, "Stricter than the data.")
    holes: list[Points | None] | None = computed(odd.holes_of, "Objects and nulls.")
    strict_holes: list[Points] | None = computed(odd.holes_of, "Stricter than the data.")
    not_a_list: list[str] | None = computed(odd.not_a_list, "Not iterable.")
    not_pairs: list[PairType] | None = computed(odd.not_pairs, "Not iterable, with loads beneath.")
    once: list[PairType] | None = computed(odd.pairs_once, "An iterator.")
    state: Mood | None = computed(odd.mood_of, "By value, by member, unknown.")
    state_required: Mood = computed(odd.mood_of, "The same, required.")
    ratio: float | None = computed(odd.ratio_of, "Numbers and others.")
    flag: bool | None = computed(odd.flag_of, "Truths and others.")
    named: strawberry.ID | None = computed(odd.id_of, "Ids and others.")
    charter: CharterType | None = computed(odd.charter_of, "Held.")
    charters: list[CharterType] = computed(odd.charters_of, "Held, all of them.")


@extends(Member, seen_by=SIGNED_IN)
class MemberOddities:
    failing: int | None = computed(odd.fails_for_some, "Raises for some.")
    failing_required: int = computed(odd.fails_for_some, "Raises for some, required.")
    blaming: int | None = computed(odd.blames_some, "The caller's mistake.")
    missing: int = computed(odd.none_for_some, "None for some, required.")
    returned: str | None = computed(odd.returns_errors, "An error that is not raised.")
    one_key: int | None = batched(odd.fails_for_one_key, "One key fails.", key="id")
    one_key_required: int = batched(odd.fails_for_one_key, "One key fails, required.", key="id")
    all_fail: PairType | None = batched(odd.fails_for_all, "The batch fails.", key="id")
    too_few: int | None = batched(odd.answers_too_few, "The batch answers too few.", key="id")
    too_many: int | None = batched(odd.answers_too_many, "The batch answers too many.", key="id")
    late: int | None = batched(odd.answers_late, "The batch takes its time.", key="id")
    lost: str = batched(odd.none_for_some_keys, "None for some keys, required.", key="id")
    secret: str | None = column("Staff only.", name="display_name", seen_by=STAFF)
    secret_required: Points = batched(points.balances_of_members, "Operators only.", key="id", seen_by=OPERATORS)
    secret_history: Connection[PointsEntry] | None = batched(
        points.entries_of_members, "Owners only.", key="id", total=points.numbers_of_entries, seen_by=OWNERS
    )
    uncounted: Connection[PointsEntry] | None = batched(odd.failing_pages, "Pages of some fail.", key="id")
    miscounted: Connection[PointsEntry] | None = batched(
        points.entries_of_members, "Totals of some fail.", key="id", total=odd.failing_totals
    )
    filtered: Connection[PointsEntry] = batched(
        odd.filtered_pages, "An argument limits it.", key="id", total=odd.filtered_totals
    )
    favourite: Favourite | None = batched(odd.favourites, "Of a union.", key="id")
    belongings: list[Node] | None = batched(odd.belongings, "Of an interface, with holes.", key="id")
    belongings_maybe: list[Node | None] = batched(odd.belongings, "The same, holes allowed.", key="id")

    @strawberry.field(description="An ordinary resolver.")
    @staticmethod
    async def greeting(member: strawberry.Parent[Any], name: str = "you", loud: bool | None = None) -> str | None:
        if odd.residue(member.id, 3) == 2:
            raise ValueError("no greeting")
        text = f"{member.status} greets {name}"
        return text.upper() if loud else text

    @strawberry.field(description="An ordinary resolver with more beneath.")
    @staticmethod
    async def twin(member: strawberry.Parent[Any], info: Info) -> Member:
        (found,) = await members.members_by_id(info.context.db, [member.id])
        return found  # pyright: ignore[reportReturnType]


@extends(Query, seen_by=EVERYONE)
class OddQueries:
    odds: list[Odd] = batched(all_odds, "All odd things.", key=None)
    odds_maybe: list[Odd | None] | None = batched(all_odds, "The same, lenient.", key=None)
    odd_one: Odd | None = batched(odd_numbered, "One odd thing.", key=None)
    odds_above: list[Odd] = batched(odds_above, "Some.", key=None)
    hidden: list[Odd] | None = batched(all_odds, "Operators only.", key=None, seen_by=OPERATORS)
    stranger: Member | None = found(members.members_by_id, "Any member.", of="member")
    charters: list[CharterType] | None = batched(odd.all_charters, "Held by the process.", key=None)
    crowd: Connection[Member] | None = batched(members.members_of_program, "Members, not counted.", key=None)


@shows(Touched, description="Touched.", seen_by=EVERYONE)
class TouchSuccess:
    member: Member | None = batched(members.members_by_id, "Who.", key="member_id")
    member_required: Member = batched(members.members_by_id, "Who, required.", key="member_id")
    once: list[PairType] = computed(odd.pairs_once, "An iterator.")


@shows(Declined, description="Declined.", seen_by=SIGNED_IN)
class DeclinedTouch(Refusal):
    code: RefusalCode = refused_as(RefusalCode.NOT_A_MEMBER)
    message: str = said(en="No: {reason}.", zh="不：{reason}。")
    reason: str = column("Why, for operators.", seen_by=OPERATORS)


TouchResult = Annotated[TouchSuccess | DeclinedTouch, strawberry.union("TouchResult")]


async def nth(info: Info, number: int) -> Any:
    people: Sequence[Any] = await members.members_of_program(
        info.context.tx, context=info.context, page=Page(20), program="taobao-club"
    )
    return people[number] if 0 <= number < len(people) else None


@extends(Mutation)
class OddMutations:
    @mutation(description="Fails.", seen_by=EVERYONE)
    @staticmethod
    async def fail(info: Info, blame: bool = False) -> Member | None:
        raise BadInput("Your mistake.") if blame else ValueError("the command failed")

    @mutation(description="Fails, required.", seen_by=EVERYONE)
    @staticmethod
    async def fail_required(info: Info) -> Member:
        raise ValueError("the command failed")

    @mutation(description="Gives a member back, or none.", seen_by=EVERYONE)
    @staticmethod
    async def touch(info: Info, number: int = 0) -> Member | None:
        return await nth(info, number)

    @mutation(description="Gives a member back, or none, required.", seen_by=SIGNED_IN)
    @staticmethod
    async def touch_required(info: Info, number: int = 0) -> Member:
        return await nth(info, number)

    @mutation(description="A success, a refusal, or something that the union does not know.", seen_by=EVERYONE)
    @staticmethod
    async def try_to_touch(info: Info, number: int = 0) -> TouchResult:
        if number == 13:
            raise Refused(Nothing())
        if number < 0:
            raise Refused(Declined(f"{number} is below 0"))
        member = await nth(info, number)
        return Touched(member.id if member else (UUID(int=1) if number % 2 else None))  # pyright: ignore[reportReturnType]

    @mutation(description="Something else than it says.", seen_by=OPERATORS)
    @staticmethod
    async def mislead(info: Info) -> PairType | None:
        return Nothing()  # pyright: ignore[reportReturnType]


EXTENSIONS = [MemberOddities, OddQueries, OddMutations]
