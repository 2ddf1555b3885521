"""What an order would earn, told beforehand."""

from decimal import Decimal
from typing import Protocol

import strawberry

from app.db import Reader
from app.facts import rules, simulation
from app.facts.reporting import check_currency, line_sent
from app.graph import (
    SIGNED_IN,
    Context,
    Query,
    batched,
    column,
    computed,
    extends,
    shows,
)
from app.members import queries as members
from app.programs.asked import program_asked
from app.programs.graphql import Money
from app.programs.rules import Programs
from app.programs.section import ONCE, Words
from app.programs.words import in_language
from app.tiers.rules import tier_of

from .orders import OrderLineInput, eligible_of


class HasWords(Protocol):
    @property
    def words(self) -> Words: ...


class HasMultiplier(Protocol):
    @property
    def multiplier(self) -> int: ...


def words_of(rule: HasWords, *, language: str) -> str:
    return in_language(rule.words, language)


def multiplier_of(rule: HasMultiplier) -> Decimal:
    return Decimal(rule.multiplier) / ONCE


@shows(simulation.SimulatedCut, description="What a cap of the program would take away.", seen_by=SIGNED_IN)
class SimulatedCut:
    code: str = column("The cap's stable code for use in software.")
    words: str = computed(words_of, "The cap in words, in the language asked for.")
    points: int = column("Points that it would take away of what the rule gives.")
    growth: int = column("Growth that it would take away of what the rule brings.")


@shows(
    simulation.SimulatedRule,
    description="What one rule of the program, or a campaign, would give.",
    seen_by=SIGNED_IN,
)
class SimulatedRule:
    code: str = column("The rule's stable code for use in software.")
    words: str = computed(words_of, "The rule in words, in the language asked for.")
    points: int = column("Points by this rule for the whole order, after caps.")
    growth: int = column("Growth by this rule for the whole order.")
    multiplier: Decimal = computed(
        multiplier_of,
        "By which it was multiplied for the tier held, 1 if it was not; of a campaign, which has a line of its own for "
        "what it adds (`campaign.` and its code), by which it multiplies.",
    )
    cuts: list[SimulatedCut] = column(
        "What caps would take away, by what has been earned until now: those that take something, one after the other."
    )


@shows(simulation.SimulatedPart, description="What one rule would give for one line.", seen_by=SIGNED_IN)
class SimulatedPart:
    code: str = column("The rule's stable code for use in software.")
    words: str = computed(words_of, "The rule in words, in the language asked for.")
    points: int = column("Its part of the line's points.")


@shows(simulation.SimulatedLine, description="What one line would earn.", seen_by=SIGNED_IN)
class SimulatedLine:
    number: int = column("Its place in the order, from 1.")
    eligible: Money = computed(
        eligible_of, "What of it earns: not gift cards, not shipping, not what points or coupons paid for."
    )
    points: int = column("Its part of the points; the lines add up to the order.")
    rules: list[SimulatedPart] = column("By which rules it would earn them; their parts add up to the line.")


@shows(
    simulation.SimulatedOrder, description="What an order paid now would earn. Nothing is written.", seen_by=SIGNED_IN
)
class SimulatedOrder:
    points: int = column("Points that it would earn.")
    growth: int = column("Growth that it would bring.")
    tier_code: str = column("Code of the tier whose multipliers count.", name="tier")
    rule_version: int = column("Version of the program's rules that it was calculated by.", name="program_version")
    lines: list[SimulatedLine] = column("Line by line, in the order in which they were sent.")
    rules: list[SimulatedRule] = column("Rule by rule.")


async def simulate_order(
    db: Reader,
    *,
    context: Context,
    lines: list[OrderLineInput],
    currency: str,
    program: str | None = None,
    member: strawberry.ID | None = None,
    channel: str | None = None,
) -> simulation.SimulatedOrder:
    """May raise BadInput: the lines make no sense, or there is no such member."""
    version = program_asked(context, program)
    check_currency(currency, program=version)
    sent = [line_sent(number, line, program=version) for number, line in enumerate(lines)]
    rules.check_lines(sent)
    found = await members.member_for_simulation(db, context=context, program=version.code, member=member)
    buyer, programs = None, context.get(Programs)
    if found is not None:
        version = programs.for_member(version.code, found.id).at(context.now)
        tier = tier_of(found, programs=programs, now=context.now)
        buyer = simulation.Buyer(found.id, tier.code, found.joined_at)
    return await simulation.simulate(db, sent, programs=programs, version=version, buyer=buyer, channel=channel,
                                     now=context.now)  # fmt: skip


@extends(Query, seen_by=SIGNED_IN)
class FactQueries:
    simulate_order: SimulatedOrder = batched(
        simulate_order,
        "What an order would earn if it were paid now, and by which rules. Nothing is written.",
        key=None,
        arguments={
            "lines": "What would be bought: at most 200 lines.",
            "currency": "Currency of the amounts (ISO 4217): the program's.",
            "channel": "Where it would be ordered, as it is reported of orders: some campaigns are for some channels.",
            "member": "For whom: without it me, or for staff and services somebody in the base tier.",
        },
    )
