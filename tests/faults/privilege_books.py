"""What is wrong with benefits that were used, with campaigns and with bulk codes after a run: what clients were told,
against the database."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.databases import run

from .keys import wrong_keys
from .playing import Answer, History
from .privileges import QUOTAS, Benefiting, Campaigning, Step
from .staging import CODE_JOBS, CODES

USES = """SELECT benefit, external_id, reference, given_back_at IS NOT NULL AS is_back, subject, members.program
FROM benefit_uses JOIN members ON members.id = member_id JOIN identities USING (customer_id)"""
CHANGES = """SELECT number, code, change,
  (SELECT count(*) FROM campaigns WHERE (campaigns.program, campaigns.code) = (c.program, c.code)) AS made
FROM campaign_changes AS c WHERE program = '{}' ORDER BY number"""
NOTED = "SELECT action, count(*) FROM audit_entries WHERE action LIKE 'CAMPAIGN%' GROUP BY action"
CODES_MADE = """SELECT j.id, state, done, total, count(code) AS made, count(DISTINCT code) AS different,
  coalesce(max(number), 0) AS last FROM coupon_jobs j LEFT JOIN coupon_codes c ON c.job_id = j.id GROUP BY j.id"""
ALLOWED = {
    Step.PAUSED: {Step.CREATED, Step.RESUMED},
    Step.RESUMED: {Step.PAUSED},
    Step.ENDED: {Step.CREATED, Step.RESUMED, Step.PAUSED},
}

UNKNOWN = "BAD_USER_INPUT"
"""A campaign that was refused is none, and nothing can be done to it."""

Place = tuple[str, str]
"""Benefit and cause."""


@dataclass(frozen=True)
class Privileged:
    """All that is written of it."""

    uses: Sequence[Any]
    changes: Sequence[Any]
    noted: Sequence[Any]
    jobs: Sequence[Any]


async def stored_privileges(database: str, program: str) -> Privileged:
    found = [await run(database, text.format(program)) for text in (USES, CHANGES, NOTED, CODES_MADE)]
    return Privileged(*found)


def wrong_privileges(history: History, stored: Privileged, *, has_jobs: bool) -> Iterator[str]:
    told = [(op, answer) for op, answer, _ in history.answered if isinstance(op, Benefiting)]
    yield from _used(told, stored.uses)
    yield from _within_quotas(told, stored.uses)
    campaigning = [(op, answer) for op, answer, _ in history.answered if isinstance(op, Campaigning)]
    made = {op.code for op, answer in campaigning if answer.kind == "CreateCampaignSuccess"}
    yield from wrong_keys([(op, answer) for op, answer in campaigning if answer.kind != UNKNOWN])
    for operation, answer in campaigning:
        if answer.kind != UNKNOWN and operation.code not in made and operation.step is not Step.CREATED:
            yield f"there is no such campaign, and told {answer}: {operation}"
    yield from _changed(campaigning, stored)
    jobs = [(row["state"], row["done"], row["made"], row["different"], row["last"]) for row in stored.jobs]
    if jobs != [("DONE", CODES, CODES, CODES, CODES)] * (CODE_JOBS if has_jobs else 0):
        yield f"of {CODES} codes each were made: {jobs}"


def _used(told: Iterable[tuple[Benefiting, Answer]], uses: Sequence[Any]) -> Iterator[str]:
    """Each use that was acknowledged is there as it was told, done once, and none besides (R24)."""
    expected: dict[Place, tuple[str, str]] = {}
    back, done, undone = set[Place](), Counter[Place](), Counter[Place]()
    known = {(row["benefit"], row["external_id"]): (row["subject"], row["reference"]) for row in uses}
    if len(known) != len(uses):
        yield f"{len(uses)} uses are for {len(known)} causes"
    for operation, answer in told:
        place, what = (operation.benefit, operation.cause), (operation.customer, operation.reference)
        if answer.kind == "UseBenefitSuccess" and answer.data is not None:
            if expected.setdefault(place, what) != what:
                yield f"acknowledged with two contents: {expected[place]}, {operation}"
            done[place] += not answer.data["replayed"]
        elif answer.kind == "GiveBackBenefitSuccess" and answer.data is not None:
            back.add(place)
            undone[place] += not answer.data["replayed"]
        elif answer.kind == "BenefitUseConflict" and known.get(place) in (None, what):
            yield f"refused as a conflict with {known.get(place)}: {operation}"
        elif answer.kind == "BenefitNotHeld":
            yield f"everybody has it: {operation}"
    if expected != known or back != {(row["benefit"], row["external_id"]) for row in uses if row["is_back"]}:
        yield f"told of {expected.items() ^ known.items()} otherwise, and of {len(back)} that were given back"
    if twice := [place for counted in (done, undone) for place, number in counted.items() if number > 1]:
        yield f"done more than once: {twice}"


def _within_quotas(told: Iterable[tuple[Benefiting, Answer]], uses: Sequence[Any]) -> Iterator[str]:
    """R31: and nobody is told that it is used up who never used so much."""
    counting, ever = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for row in uses:
        ever[row["subject"], row["benefit"]] += 1
        counting[row["subject"], row["benefit"]] += not row["is_back"]
    for (who, benefit), number in counting.items():
        if number > QUOTAS[benefit]:
            yield f"{who} used {benefit} {number} times"
    for operation, answer in told:
        if (
            answer.kind == "BenefitQuotaUsed"
            and ever[operation.customer, operation.benefit] < QUOTAS[operation.benefit]
        ):
            yield f"told to be used up: {operation}"


def _changed(told: Iterable[tuple[Campaigning, Answer]], stored: Privileged) -> Iterator[str]:
    """Each step that was acknowledged is there once, after one that it may follow, and on record; none besides."""
    expected = {(op.key, op.code, op.step) for op, answer in told if answer.kind.endswith("CampaignSuccess")}
    steps, found = defaultdict[str, list[Step]](list), Counter[tuple[str, Step]]()
    for row in stored.changes:
        step = Step[row["change"]]
        before = steps[row["code"]]
        if (step is Step.CREATED) != (not before) or (before and before[-1] not in ALLOWED[step]) or row["made"] != 1:
            yield f"{step} of {row['code']} after {before}, which was made {row['made']} times"
        before.append(step)
        found[row["code"], step] += 1
    if found != Counter((code, step) for _, code, step in expected):
        yield f"told of steps {sorted(map(str, expected))}, and there are {found}"
    if [row["number"] for row in stored.changes] != [*range(1, len(stored.changes) + 1)]:
        yield f"they are not numbered: {stored.changes}"
    noted = {row["action"]: row["count"] for row in stored.noted}
    if noted != Counter(f"CAMPAIGN_{step.name}" for _, step in found.elements()):
        yield f"on record are {noted}, of {found}"
