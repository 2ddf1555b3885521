"""What is wrong with the books after a run: what clients were told, against the database in SQL and arithmetic."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.graph.ids import global_id
from tests.databases import run

from .correction_books import moved_by_corrections, stored_corrections, wrong_corrections
from .coupon_books import stored_coupons, wrong_coupons
from .deed_books import earned_by_deeds, stored_deeds, wrong_deeds
from .deeds import Deed
from .invitation_books import Invitings, brought_by_invitations, stored_invitations, wrong_invitations
from .operations import LASTING, PROGRAMS
from .order_books import Known, stored_orders, wrong_orders
from .playing import History
from .privilege_books import stored_privileges, wrong_privileges
from .purchase_books import Bought, spent_on_purchases, stored_purchases, wrong_purchases
from .refund_books import stored_refunds, wrong_refunds
from .sale_books import Held, stored_sales, taken_by_sales, wrong_sales
from .staging import Stage
from .visit_books import Entered, earned_by_visits, stored_visits, wrong_visits
from .wishes import Wish

RETURN_WINDOW = timedelta(days=7)
A_YEAR = timedelta(days=365)
LADDER = ((5000, "v4"), (1000, "v3"), (200, "v2"))
"""Of both programs: growth, and the tier from there on."""
GROWTH_OF_DEED = 7
MEMBERS = """
SELECT members.*, subject,
    (SELECT coalesce(sum(remaining), 0) FROM points_lots WHERE member_id = members.id
        AND activates_at <= '{now}' AND expires_at > '{now}') AS available,
    (SELECT coalesce(sum(remaining), 0) FROM points_lots WHERE member_id = members.id
        AND (activates_at IS NULL OR activates_at > '{now}')) AS pending,
    (SELECT coalesce(sum(held), 0) FROM points_accounts WHERE member_id = members.id) AS held,
    (SELECT coalesce(sum(earned), 0) FROM points_lots WHERE member_id = members.id AND cause <> 'REFERRAL') AS earned,
    (SELECT count(*) FROM tier_changes WHERE member_id = members.id AND kind IN ('RAISED', 'CORRECTED')) AS changes,
    (SELECT count(*) FROM outbox_events WHERE member_id = members.id
        AND kind IN ('tier-reached', 'tier-corrected')) AS told
FROM members JOIN identities USING (customer_id)"""

Place = tuple[str, str]
"""Customer and program."""


@dataclass(frozen=True)
class Stored:
    """All that is written, but for the members themselves."""

    orders: Mapping[Place, Known]
    deeds: Sequence[Deed]
    corrections: Sequence[Any]
    sales: Sequence[Held]
    visits: Sequence[Entered]
    bought: Sequence[Bought]
    invitings: Invitings

    @property
    def counting(self) -> Mapping[Place, Sequence[datetime]]:
        """When those orders were completed of which anything is left, by customer and program."""
        found = defaultdict[Place, list[datetime]](list)
        for (program, _), order in self.orders.items():
            if order.completed is not None and order.is_left:
                found[order.customer, program].append(order.completed)
        return found


async def wrong_books(history: History, database: str, *, stage: Stage, now: datetime) -> list[str]:
    at = now + LASTING
    members = await run(database, MEMBERS.format(now=at.isoformat()))
    refunds = await stored_refunds(database)
    orders, number = await stored_orders(database, refunds)
    bought, shelves = await stored_purchases(database)
    issued, drawers = await stored_coupons(database)
    stored = Stored(
        orders,
        await stored_deeds(database),
        await stored_corrections(database),
        await stored_sales(database),
        await stored_visits(database),
        bought,
        await stored_invitations(database, codes=stage.codes, now=at),
    )
    whose = {place: order.customer for place, order in orders.items()}
    return [
        *wrong_orders(history, orders, number),
        *wrong_deeds(history, stored.deeds),
        *wrong_refunds(history, refunds, whose=whose),
        *wrong_sales(history, stored.sales),
        *wrong_corrections(history, stored.corrections),
        *wrong_visits(history, stored.visits),
        *wrong_purchases(history, bought, shelves, stage.wares),
        *wrong_coupons(history, issued, drawers, PROGRAMS[0]),
        *wrong_privileges(history, await stored_privileges(database, PROGRAMS[0]), has_jobs=bool(stage.codes)),
        *wrong_invitations(history, stored.invitings, counting=stored.counting),
        *_memberships(history, members),
        *_balances(members, stored, now),
    ]


def _memberships(history: History, members: Sequence[Any]) -> Iterator[str]:
    """A membership begins once, by a wish or by a report, and changes with each wish that was granted."""
    found = defaultdict[Place, list[Any]](list)
    for row in members:
        found[row["subject"], row["program"]].append(row)
    granted = defaultdict[Place, set[tuple[object, str]]](set)
    for operation, answer, _ in history.answered:
        if isinstance(operation, Wish):
            place = operation.customer, operation.program
            granted[place].add((operation.key, answer.kind))
            if answer.member is not None and answer.member not in [
                global_id("member", row["id"]) for row in found[place]
            ]:
                yield f"told of another member: {answer} to {operation}"
    for place in found.keys() | granted.keys():
        kinds = Counter(kind for _, kind in granted[place])
        rows = found[place]
        if len(rows) > 1:
            yield f"{place} is a member {len(rows)} times"
        by_order = sum(row["channel"] != "app" for row in rows)
        active = by_order + kinds["JoinProgramSuccess"] - kinds["LeaveProgramSuccess"]
        if active != sum(row["status"] == "ACTIVE" for row in rows):
            yield f"{place} joined by {by_order} orders, wishes {dict(kinds)}, and is {[row['status'] for row in rows]}"


def _balances(members: Sequence[Any], stored: Stored, now: datetime) -> Iterator[str]:
    """Points and growth of a member are those of the orders, activities, corrections, check-ins and invitations that
    are known, less what sales and redemptions took."""
    by_sales = taken_by_sales(stored.sales)
    by_deeds = earned_by_deeds(stored.deeds, now=now)
    did = Counter((deed.customer, deed.program) for deed in stored.deeds)
    by_staff = moved_by_corrections(stored.corrections)
    by_visits = earned_by_visits(stored.visits)
    by_purchases = spent_on_purchases(stored.bought)
    by_invitations = brought_by_invitations(stored.invitings)
    theirs = defaultdict[Place, list[Known]](list)
    for (program, _), order in stored.orders.items():
        theirs[order.customer, program].append(order)
    for row in members:
        place = row["subject"], row["program"]
        orders = theirs[place]
        growth = GROWTH_OF_DEED * did[place] + sum(order.kept for order in orders if order.completed)
        earned, available = by_deeds.get(place, (0, 0))
        given, moved = by_staff.get(place, (0, 0))
        held, spent = by_sales.get(place, (0, 0))
        visited, left_of_visits = by_visits.get(place, (0, 0))
        promised, brought = by_invitations.get(place, (0, 0))
        expected = {
            "earned": earned + given + visited + sum(order.whole for order in orders),
            "pending": promised + sum(order.kept for order in orders if _since_activation(order, now) < timedelta()),
            "available": available
            + moved
            + left_of_visits
            + brought
            + sum(order.kept + order.owed for order in orders if timedelta() <= _since_activation(order, now) < A_YEAR)
            - held
            - spent
            - by_purchases.get(place, 0),
            "held": held,
            "growth": growth,
            "tier": next((code for least, code in LADDER if growth >= least), None),
            "told": row["changes"],
        }
        wrong = {name: (value, row[name]) for name, value in expected.items() if value != row[name]}
        if wrong:
            yield f"{row['subject']} in {row['program']}, expected and found: {wrong}"


def _since_activation(order: Known, now: datetime) -> timedelta:
    return now - order.completed - RETURN_WINDOW if order.completed else -RETURN_WINDOW
