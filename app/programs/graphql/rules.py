"""What a client sees of a program's rules in words, and of what changed in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import strawberry

from app.db import Page, Reader
from app.graph import EVERYONE, Context, Query, batched, column, computed, describe_values, extends, shows
from app.programs import rulebook, telling
from app.programs.asked import program_asked
from app.programs.rulebook import TITLES, RuleTopic
from app.programs.rules import Programs, ProgramVersion
from app.programs.section import Words
from app.programs.words import InBoth, in_language

from .program import Program

strawberry.enum(RuleTopic, description="What a rule of a program is about, in the order in which one reads them.")
describe_values(
    RuleTopic,
    {
        "MEMBERSHIP": "How one becomes a member, and what is common to all rules.",
        "EARNING": "What earns points.",
        "EARNING_LIMITS": "How many points at most.",
        "POINTS": "When points can be used, and when they lapse.",
        "REFUNDS": "What becomes of points when money is given back.",
        "GROWTH": "What brings growth, and for how long it counts.",
        "GROWTH_LIMITS": "How much growth at most.",
        "TIERS": "The ladder, and what is given for reaching a tier.",
        "TIER_PERIOD": "How long a tier is held, and how it is renewed or lowered.",
        "BENEFITS": "What members of a tier enjoy.",
        "CAMPAIGNS": "When more is given, to whom, and what.",
        "REFERRALS": "What inviting others brings, and being invited.",
        "COUPONS": "Coupons that the program offers, and how one gets them.",
        "CHECK_IN": "What checking in day by day brings, and how a missed day is made up.",
    },
)
strawberry.enum(telling.RuleChangeKind, description="What became of a rule.")
describe_values(
    telling.RuleChangeKind,
    {"ADDED": "There was none.", "CHANGED": "It reads otherwise than before.", "REMOVED": "There is none any more."},
)


class HasWords(Protocol):
    @property
    def words(self) -> InBoth: ...


class HasName(Protocol):
    @property
    def name(self) -> Words | None: ...


class HasTopic(Protocol):
    @property
    def topic(self) -> RuleTopic: ...


def words_of(rule: HasWords, *, language: str) -> str:
    return in_language(rule.words, language)


def name_of_rule(rule: HasName, *, language: str) -> str | None:
    return None if rule.name is None else in_language(rule.name, language)


def title_of(group: HasTopic, *, language: str) -> str:
    return in_language(TITLES[group.topic], language)


def rules_of(version: ProgramVersion) -> Sequence[rulebook.RuleGroup]:
    return version.rule_groups


async def rule_changes(
    db: Reader, *, context: Context, since: datetime, program: str | None = None, first: int = 20
) -> list[telling.RulesChanged]:
    """No statement. May raise BadInput: no such program, or 'first' is out of bounds."""
    version = program_asked(context, program)
    wanted = Page.asked(first, None).first
    held = context.get(Programs).by_code[version.code]
    return telling.changes_since(held, since=since, first=wanted)


@shows(rulebook.Rule, description="A rule of a program, for its members to read.", seen_by=EVERYONE)
class ProgramRule:
    code: str = column("Stable code for use in software: the same rule in another version has the same.")
    words: str = computed(
        words_of, "The rule in the language asked for, made from the very figures by which it is applied."
    )
    name: str | None = computed(
        name_of_rule,
        "What the program itself calls it in the history of points, in the language asked for; null for rules that "
        "are not named there.",
    )


@shows(rulebook.RuleGroup, description="A program's rules about one thing.", seen_by=EVERYONE)
class ProgramRules:
    topic: RuleTopic = column("What they are about.")
    title: str = computed(title_of, "The same as a heading, in the language asked for.")
    rules: list[ProgramRule] = column("The rules.")


@shows(telling.RuleChange, description="A rule that reads otherwise than before.", seen_by=EVERYONE)
class RuleChange:
    kind: telling.RuleChangeKind = column("What became of it.")
    code: str = column("The rule's stable code for use in software.")
    topic: RuleTopic = column("What it is about.")
    before: ProgramRule | None = column("The rule before; null if there was none.")
    after: ProgramRule | None = column("The rule after; null if there is none any more.")


@shows(telling.RulesChanged, description="Rules that change together, at one instant.", seen_by=EVERYONE)
class ProgramRuleChanges:
    version: int = column("Number of the version of the program's rules that has them.")
    effective_from: datetime = column("From when they are in force: it may be yet to come.")
    changes: list[RuleChange] = column("What changes for members, against the rules in force before.")


@extends(Program, seen_by=EVERYONE)
class ProgramInWords:
    rules: list[ProgramRules] = computed(
        rules_of, "All rules that members have of the program, in words, by what they are about."
    )


@extends(Query, seen_by=EVERYONE)
class RuleQueries:
    rule_changes: list[ProgramRuleChanges] = batched(
        rule_changes,
        "What changed, or is going to change, for the members of a program: versions of its rules that are in force "
        "from an instant after the one named, the newest first. A version that changes nothing for members is not "
        "among them, nor one that is tried on a part of them first: `Member.ruleChanges` has what is for a member.",
        key=None,
        arguments={"since": "Only what is in force from a later instant: when one looked last, for example."},
    )
