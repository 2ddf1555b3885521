"""Coupons for many and codes, which the worker makes part by part: once each, whoever goes on with it."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app.coupons.rules.codes import ALPHABET, typed_signs
from app.db import Reader
from app.definition import programs_to_hold
from app.errors import Overloaded
from app.offers.rules.pool_codes import masked
from app.programs.rules import Programs
from app.staff.commands.coupons import working
from tests.databases import run
from tests.forked import PYTHON
from tests.staff.correcting import proved
from tests.staff.coupon_process import CODES_AT_ONCE, KILLED_AT_PART
from tests.staff.keeping_coupons import (
    BOSS,
    OLGA,
    OTTO,
    SARA,
    WHY,
    asks,
    audited,
    claims,
    created,
    errors,
    job,
    passes,
    read,
    works,
)
from tests.staff.keeping_rewards import tables_with
from tests.world import World, customer

ROOT = Path(__file__).parents[2]
TAKEN = """query ($job: ID!) { couponJob(id: $job) { codes(first: 2) { totalCount nodes { code takenAt coupon { state }
  } pageInfo { hasNextPage endCursor } } } }"""


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few members at a time, and few codes."""
    make = working.make_codes

    async def some(tx: Any, job: Any, *, now: Any) -> int:
        return await make(tx, job, at_once=40, now=now)

    monkeypatch.setattr(working, "MEMBERS_AT_ONCE", 3)
    monkeypatch.setattr(working, "make_codes", some)


async def coded(world: World, template: str, count: int) -> str:
    """The id of a job that makes codes."""
    answer = await asks(world, "CreateCouponCodes", template=template, count=count, reason=WHY)
    assert answer["__typename"] == "CouponJobSuccess", answer
    return answer["job"]["id"]


async def many(world: World, template: str, **filter: Any) -> str:
    """The id of a job that issues coupons."""
    answer = await asks(world, "IssueCoupons", template=template, filter=filter, reason=WHY)
    assert answer["__typename"] == "CouponJobSuccess", answer
    return answer["job"]["id"]


async def killed(how: str, url: str) -> None:
    process = await asyncio.create_subprocess_exec(*PYTHON, "-m", "tests.staff.coupon_process", how, url, cwd=ROOT)
    assert await process.wait() == -signal.SIGKILL


@pytest.mark.usefixtures("small_parts")
async def test_codes_are_made_as_many_as_were_asked_for_and_each_brings_a_coupon_once(world: World) -> None:
    """M12: 100 bits each, of signs that are typed easily; in the order in which they were made."""
    await world.joins("anna")
    template = await created(world)
    job_id = await coded(world, template["id"], 101)
    waiting = await job(world, job_id)
    assert (waiting["state"], waiting["total"], waiting["done"]) == ("PENDING", 101, 0)
    assert await read(world, job_id) == []
    await works(world)
    done = await job(world, job_id)
    codes = await read(world, job_id)
    assert (done["state"], done["done"], len(set(codes)), done["finishedAt"]) == ("DONE", 101, 101, world.now)
    assert all(len(typed_signs(code)) == 20 and set(typed_signs(code)) <= set(ALPHABET) for code in codes)
    answer = await asks(world, "RedeemCouponCode", by=customer("anna"), code=codes[1].lower().replace("-", " "))
    assert answer["coupon"]["way"] == "CODE"
    seen = (await world.data(TAKEN, by=OLGA, job=job_id))["couponJob"]["codes"]
    assert seen["totalCount"] == 101
    assert seen["nodes"] == [
        {"code": masked(codes[0]), "takenAt": None, "coupon": None},
        {"code": masked(codes[1]), "takenAt": world.now, "coupon": {"state": "ISSUED"}},
    ]
    after = TAKEN.replace("first: 2", f'first: 2, after: "{seen["pageInfo"]["endCursor"]}"')
    assert [each["code"] for each in (await world.data(after, by=OLGA, job=job_id))["couponJob"]["codes"]["nodes"]] == [
        masked(code) for code in codes[2:4]
    ]


async def test_a_hundred_thousand_codes_are_made_of_which_nothing_is_alike(world: World, database_url: str) -> None:
    """M12: as many as may be asked for at once. Each of the 20 signs of each may be any of 32. Tried: of an id as it
    is, which begins with the time."""
    template = await created(world)
    job_id = await coded(world, template["id"], 100_000)
    await works(world)
    done = await job(world, job_id)
    assert (done["state"], done["done"]) == ("DONE", 100_000)
    codes = [typed_signs(row["code"]) for row in await run(database_url, "SELECT code FROM coupon_codes")]
    assert len(set(codes)) == 100_000
    assert [len(set(signs)) for signs in zip(*codes, strict=True)] == [32] * 20


async def test_only_operators_see_codes(world: World) -> None:
    """R43: to staff of another program there is no such job."""
    template = await created(world)
    job_id = await coded(world, template["id"], 1)
    await works(world)
    assert await job(world, job_id, by=BOSS) is None
    for viewer, code in ((SARA, "FORBIDDEN"), (BOSS, "BAD_USER_INPUT")):
        assert [each for each, _ in await errors(world, "ReadCouponCodes", by=viewer, job=job_id, reason=WHY)] == [code]


async def test_reading_codes_is_on_record_and_what_is_listed_is_their_end(world: World, database_url: str) -> None:
    """R36, R41: who, why and which, and no code: that is in no record, outcome or key. The same key tells the same
    ones, though there are more by then. Tried: without the record, or with the whole code in the list."""
    template = await created(world)
    job_id = await coded(world, template["id"], 5)
    await works(world)
    asked: dict[str, Any] = {"key": uuid4(), "job": job_id, "after": 2, "reason": "For the printer."}
    first, again = [await asks(world, "ReadCouponCodes", **asked) for _ in range(2)]
    assert (first["replayed"], again["replayed"], len(first["codes"])) == (False, True, 3)
    assert first["codes"] == again["codes"] == (await read(world, job_id))[2:]
    told = [each for each in await audited(world) if each["action"] == "COUPON_CODES_READ"]
    assert [(each["about"], each["by"]["subject"], each["reason"], each["changes"]) for each in told] == [
        (job_id, "olga", WHY, [{"what": "codes", "before": None, "after": "1 to 5"}]),
        (job_id, "olga", "For the printer.", [{"what": "codes", "before": None, "after": "3 to 5"}]),
    ]
    listed = (await world.data(TAKEN, by=OLGA, job=job_id))["couponJob"]["codes"]["nodes"]
    assert all(each["code"].startswith("•••") for each in listed)
    assert await tables_with(database_url, first["codes"][0]) == {"coupon_codes"}
    other = await many(world, template["id"])
    assert await errors(world, "ReadCouponCodes", job=other, reason=WHY) == [
        ("BAD_USER_INPUT", "This job makes no codes.")
    ]
    assert [code for code, _ in await errors(world, "ReadCouponCodes", job=job_id, after=-1, reason=WHY)] == [
        "BAD_USER_INPUT"
    ]


async def test_a_worker_that_is_killed_makes_no_code_twice_and_leaves_none_out(world: World, database_url: str) -> None:
    """Two parts were done, a third was written and not committed. Tried: with the count in a transaction of its own
    there are 40 codes too many."""
    template = await created(world)
    job_id = await coded(world, template["id"], 150)
    await killed("codes", database_url)
    begun = await job(world, job_id)
    assert (begun["state"], begun["done"]) == ("RUNNING", (KILLED_AT_PART - 1) * CODES_AT_ONCE)
    before = await read(world, job_id)
    await works(world)
    done = await job(world, job_id)
    codes = await read(world, job_id)
    assert (done["state"], done["done"], len(set(codes))) == ("DONE", 150, 150)
    assert codes[: begun["done"]] == before
    rows = await run(database_url, "SELECT count(*), count(DISTINCT number), max(number) FROM coupon_codes")
    assert tuple(rows[0]) == (150, 150, 150)


@pytest.mark.usefixtures("small_parts")
async def test_two_workers_at_one_job_do_it_once(world: World, database_url: str) -> None:
    """Should a lease lapse while its holder lives. Tried: without looking how far the job is by now, the key of a code
    is taken, or there are too many."""
    for subject in "abcdefgh":
        await world.joins(subject)
    template = await created(world)
    codes, issued = await coded(world, template["id"], 100), await many(world, template["id"])
    await asyncio.gather(*(works(world) for _ in range(4)))
    assert [(await job(world, each))["state"] for each in (codes, issued)] == ["DONE", "DONE"]
    rows = await run(database_url, "SELECT count(*), count(DISTINCT member_id) FROM coupons")
    assert tuple(rows[0]) == (8, 8)
    assert tuple((await run(database_url, "SELECT count(*), max(number) FROM coupon_codes"))[0]) == (100, 100)
    told = await job(world, issued)
    assert (told["done"], told["issued"], told["refused"]) == (8, 8, 0)


@pytest.mark.usefixtures("small_parts")
async def test_all_whom_a_filter_finds_get_a_coupon_and_nobody_else(world: World, database_url: str) -> None:
    """Not who joins later, nor who has left. Tried: without the limit of joining, `late` gets one."""
    members = {subject: await world.joins(subject) for subject in ("anna", "ben", "cora", "dan")}
    for subject in ("anna", "ben", "cora"):
        await world.orders(subject, "1500", completed=world.now)
    await world.leaves("cora")
    template = await created(world)
    job_id = await many(world, template["id"], growth={"atLeast": 1000})
    await passes(world)
    await world.joins("late", at=world.now)
    await world.orders("late", "1500", completed=world.now)
    await works(world)
    told = await job(world, job_id)
    assert (told["state"], told["total"], told["done"], told["issued"]) == ("DONE", 2, 2, 2)
    rows = await run(database_url, "SELECT member_id FROM coupons")
    assert {row["member_id"] for row in rows} == {members["anna"], members["ben"]}
    (noted,) = [each for each in await audited(world) if each["about"] == job_id]
    assert (noted["action"], noted["reason"]) == ("COUPONS_ISSUED", WHY)
    await proved(world)


async def test_a_worker_that_is_killed_issues_to_nobody_twice_and_leaves_nobody_out(
    world: World, database_url: str
) -> None:
    """R5: 30 of 60 were issued to and nobody was counted. Tried: with a cause of its own for each try, 30 have two."""
    for number in range(60):
        await world.joins(f"member-{number}")
    template = await created(world, stock=100, budget="1000.00")
    job_id = await many(world, template["id"])
    await killed("issue", database_url)
    assert (await job(world, job_id))["issued"] == 0
    begun = (await run(database_url, "SELECT count(*) FROM coupons"))[0][0]
    assert 30 <= begun < 60
    await works(world)
    told = await job(world, job_id)
    assert (told["state"], told["done"], told["issued"]) == ("DONE", 60, 60)
    rows = await run(database_url, "SELECT count(*), count(DISTINCT member_id) FROM coupons")
    assert tuple(rows[0]) == (60, 60)
    await proved(world)


async def test_when_nothing_is_left_the_job_is_over_and_says_so(world: World, database_url: str) -> None:
    """R31: exactly as many as there are."""
    for number in range(9):
        await world.joins(f"member-{number}")
    template = await created(world, stock=4)
    job_id = await many(world, template["id"])
    await works(world)
    told = await job(world, job_id)
    assert (told["state"], told["issued"], "Nothing was left" in told["problem"]) == ("FAILED", 4, True)
    assert (await run(database_url, "SELECT count(*) FROM coupons"))[0][0] == 4


class Looking:
    """What a worker holds. Something is done after it has looked so many times."""

    def __init__(self, deed: Callable[[], Awaitable[object]], *, after: int) -> None:
        self._held, self._deed, self._left = programs_to_hold(), deed, after

    @property
    def programs(self) -> Programs:
        return self._held.programs

    async def load(self, db: Reader) -> bool:
        is_new = await self._held.load(db)
        self._left -= 1
        if self._left == 0:
            await self._deed()
        return is_new


async def works_by(world: World, held: Any) -> None:
    """The worker does what there is to do, by what is held so."""
    await working.do_coupon_jobs(world.database, held=held, clock=lambda: world.now)


async def test_a_template_is_known_that_is_newer_than_the_worker_s_run(world: World) -> None:
    """Tried: with what was held when the run began, the second job fails for good: there is no such template."""
    first = await coded(world, (await created(world))["id"], 1)
    later: list[str] = []

    async def made_meanwhile() -> None:
        template = await created(world, "later")
        later.append(await coded(world, template["id"], 2))

    await works_by(world, Looking(made_meanwhile, after=1))
    assert [((await job(world, each))["state"]) for each in (first, *later)] == ["DONE", "DONE"]


@pytest.mark.usefixtures("small_parts")
async def test_a_template_that_is_retired_while_the_worker_runs_is_issued_no_more(
    world: World, database_url: str
) -> None:
    """Two seconds later (R20). Tried: with what was held when the run began, or at its instant, all nine get one."""
    for subject in "abcdefghi":
        await world.joins(subject)
    template = await created(world)
    job_id = await many(world, template["id"])

    async def retired_meanwhile() -> None:
        await asks(world, "RetireCouponTemplate", template=template["id"])
        await passes(world)

    await works_by(world, Looking(retired_meanwhile, after=2))  # it has begun, and is at its first three
    told = await job(world, job_id)
    assert (told["state"], told["issued"], "Nothing was left" in told["problem"]) == ("FAILED", 3, True)
    assert (await run(database_url, "SELECT count(*) FROM coupons"))[0][0] == 3


async def test_a_template_that_is_not_known_yet_is_waited_for(world: World) -> None:
    """It is in the table: whoever looks again finds it. Tried: taken for none, the job fails for good."""
    before = world.programs
    job_id = await coded(world, (await created(world))["id"], 1)

    class NotLooking:
        programs = before

        async def load(self, db: Reader) -> bool:
            return False

    with pytest.raises(Overloaded):
        await works_by(world, NotLooking())
    assert (await job(world, job_id))["state"] == "PENDING"
    await works(world)
    assert (await job(world, job_id))["state"] == "DONE"


@pytest.mark.parametrize(
    ("name", "more", "words"),
    [
        ("CreateCouponCodes", {"count": 0}, "'count' must be from 1 to 100000"),
        ("CreateCouponCodes", {"count": 100_001}, "'count' must be from 1 to 100000"),
        ("CreateCouponCodes", {"count": 1, "reason": "x"}, "'reason' must have 3 to 500"),
        ("IssueCoupons", {"filter": {"customer": {"subject": "anna"}}}, "cannot name a customer"),
        ("IssueCoupons", {"filter": {"status": "LEFT"}}, "Who has left"),
        ("IssueCoupons", {"filter": {"tiers": ["v9"]}}, "no tier 'v9'"),
    ],
)
async def test_what_cannot_be_asked_for_is_told(world: World, name: str, more: dict[str, Any], words: str) -> None:
    """R41: nobody is named in a job."""
    template = await created(world)
    asked: dict[str, Any] = {"template": template["id"], "reason": WHY, **more}
    ((code, message),) = await errors(world, name, **asked)
    assert (code, words in message) == ("BAD_USER_INPUT", True), message


async def test_a_template_is_given_only_in_the_ways_that_it_says(world: World) -> None:
    template = await created(world, ways=["CLAIM"])
    deeds: dict[str, Any] = {"CreateCouponCodes": {"count": 1}, "IssueCoupons": {"filter": {}}}
    for name, more in deeds.items():
        answer = await asks(world, name, template=template["id"], reason=WHY, **more)
        assert (answer["code"], answer["template"]["ways"]) == ("COUPON_NOT_CLAIMABLE", ["CLAIM"])
    await asks(world, "RetireCouponTemplate", template=template["id"])


async def test_staff_issue_a_coupon_and_take_it_back_and_both_are_on_record(world: World) -> None:
    """R32, R31: what is taken back is free again. Tried: without the note the record and the books disagree."""
    await world.joins("anna")
    member = (await world.data("{ me { id } }", by=customer("anna")))["me"]["id"]
    template = await created(world, stock=1, tiersFrom="v6", limit={"times": 1, "period": "LIFETIME"})
    issued = await asks(world, "IssueCoupon", by=SARA, member=member, template=template["id"], reason="Late parcel.")
    assert (issued["coupon"]["state"], issued["coupon"]["way"]) == ("ISSUED", "GRANT")
    again = await asks(world, "IssueCoupon", by=OTTO, member=member, template=template["id"], reason=WHY)
    assert again["code"] == "OUT_OF_STOCK"
    revoked = await asks(world, "RevokeCoupon", by=OTTO, coupon=issued["coupon"]["id"], reason="A mistake.")
    (step,) = revoked["coupon"]["history"]["nodes"]
    assert (step["step"], step["actor"], step["by"], step["reason"]) == (
        "REVOKE",
        "STAFF",
        {"subject": "otto"},
        "A mistake.",
    )
    twice = await asks(world, "RevokeCoupon", by=OTTO, coupon=issued["coupon"]["id"], reason="A mistake.")
    assert (twice["code"], twice["why"], twice["state"]) == ("COUPON_STEP_NOT_POSSIBLE", "REVOKED", "REVOKED")
    text = "query ($id: ID!) { member(id: $id) { audit { nodes { action about by { subject } reason } } } }"
    record = (await world.data(text, by=OLGA, id=member))["member"]["audit"]["nodes"]
    about = issued["coupon"]["id"]
    assert record == [
        {"action": "COUPON_REVOKED", "about": about, "by": {"subject": "otto"}, "reason": "A mistake."},
        {"action": "COUPON_ISSUED", "about": about, "by": {"subject": "sara"}, "reason": "Late parcel."},
    ]
    await proved(world)
    assert (await asks(world, "IssueCoupon", member=member, template=template["id"], reason=WHY))["coupon"]


async def test_nobody_issues_a_coupon_to_themselves_nor_to_who_has_left(world: World) -> None:
    await world.joins("sara")
    await world.joins("ben")
    ids = {name: (await world.data("{ me { id } }", by=customer(name)))["me"]["id"] for name in ("sara", "ben")}
    await world.leaves("ben")
    template = await created(world)
    for name, code in (("sara", "OWN_COUPON"), ("ben", "NOT_A_MEMBER")):
        answer = await asks(world, "IssueCoupon", by=SARA, member=ids[name], template=template["id"], reason=WHY)
        assert answer["code"] == code


async def test_a_coupon_of_another_program_s_member_is_none(world: World) -> None:
    """R43."""
    await world.joins("anna")
    await created(world)
    coupon = (await claims(world, "anna"))["coupon"]["id"]
    ((code, message),) = await errors(world, "RevokeCoupon", by=BOSS, coupon=coupon, reason=WHY)
    assert (code, message) == ("BAD_USER_INPUT", "There is no such coupon.")
