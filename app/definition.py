"""A program's file put together from each domain's section: read, and found right or told what is wrong."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from app.benefits.section import BenefitsSection
from app.benefits.together import join_tiers
from app.benefits.words import benefits_rules
from app.campaigns.queries import CHANGED_CAMPAIGNS, MADE_CAMPAIGNS
from app.campaigns.section import CampaignsSection
from app.campaigns.words import campaigns_rules
from app.checkin.section import CheckInSection
from app.checkin.words import checkin_rules
from app.coupons.queries.templates import MADE_TEMPLATES
from app.coupons.section import CouponsSection
from app.coupons.words import coupons_rules
from app.facts.section import FactsSection
from app.facts.words import facts_rules
from app.members.section import MembersSection
from app.members.words import members_rules
from app.points.section import PointsSection
from app.points.words import points_rules
from app.programs.extras import Extra
from app.programs.money import digits_of, known_currency
from app.programs.problems import Finding, Place, Problem, WrongDefinition, key_of, problem_at
from app.programs.reading import finding_of
from app.programs.rulebook import Rule, Terms, program_rules
from app.programs.rules import Definition
from app.programs.section import DIGITS, ProgramSection, Section, Words
from app.programs.versions import HeldPrograms
from app.referrals.section import ReferralsSection
from app.referrals.words import referrals_rules
from app.tiers.section import TiersSection
from app.tiers.words import tiers_rules

from .between import between

SECTIONS: Mapping[str, type[Section]] = {
    "program": ProgramSection,
    "members": MembersSection,
    "points": PointsSection,
    "tiers": TiersSection,
    "campaigns": CampaignsSection,
    "benefits": BenefitsSection,
    "facts": FactsSection,
    "referrals": ReferralsSection,
    "checkin": CheckInSection,
    "coupons": CouponsSection,
}
"""What a file consists of."""

EXTRAS: tuple[Extra[Any], ...] = (MADE_CAMPAIGNS, CHANGED_CAMPAIGNS, MADE_TEMPLATES)
"""What operators make through the graph, held in memory beside the versions of files."""

PRESETS = Path(__file__).parent / "programs" / "presets"
"""Programs that ship with the product, a file each."""

MOST_BYTES = 64 * 1024
LONGEST_LINE = 1000
"""Characters. tomllib takes time by the square of a key's length: 20 seconds for one of 64 KiB."""
MOST_DIGITS = 4
"""Decimals that some currency has: allowed while the program's own is not known."""


def read(text: str) -> Definition:
    """A program's file. May raise WrongDefinition, with a line for each problem."""
    data = _tables(text)
    problems = [Problem(key_of((name,)), "unknown section") for name in data if name not in SECTIONS]
    sections: dict[str, Section] = {}
    digits = _digits(data.get("program"))
    for name, kind in SECTIONS.items():
        section, findings = _section(kind, data.get(name, {}), digits)
        problems += [problem_at(name, finding) for finding in findings]
        if section is not None:
            sections[name] = section
    problems += between(sections)
    if problems:
        raise WrongDefinition(problems)
    definition = Definition(text, sections, read)
    join_tiers(definition.section(BenefitsSection), definition.section(TiersSection))
    return replace(definition, rules=_in_words(definition))


def programs_to_hold(*, default: str | None = None) -> HeldPrograms:
    """What a process holds of programs: nothing until it is loaded. Every process makes it here: all hold the same."""
    return HeldPrograms(read, default=default, extras=EXTRAS)


def _in_words(definition: Definition) -> tuple[Rule, ...]:
    """All that its sections say to members."""
    program, tiers = definition.program, definition.section(TiersSection)
    terms = Terms(program.currency, program.currency_digits, {tier.code: tier.name for tier in tiers.ladder},
                  {code: each.name for code, each in definition.section(CouponsSection).by_code.items()})  # fmt: skip
    points = definition.section(PointsSection)
    return (
        *members_rules(definition.section(MembersSection)),
        *facts_rules(definition.section(FactsSection)),
        *points_rules(points, terms),
        *tiers_rules(tiers, terms, points=points),
        *benefits_rules(definition.section(BenefitsSection), tiers),
        *campaigns_rules(definition.section(CampaignsSection), terms, _names(definition.section(BenefitsSection))),
        *checkin_rules(definition.section(CheckInSection), terms),
        *referrals_rules(definition.section(ReferralsSection), terms),
        *coupons_rules(definition.section(CouponsSection), terms),
        *program_rules(program),
    )


def _names(section: BenefitsSection) -> Mapping[str, Words]:
    return {code: benefit.name for code, benefit in section.by_code.items()}


def read_file(path: Path) -> Definition:
    """A program's file on disk. May raise OSError, or WrongDefinition."""
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    try:
        return read(content.decode())
    except UnicodeDecodeError:
        raise _unreadable(_too_long() if len(content) > MOST_BYTES else "it is not text in UTF-8") from None


def _tables(text: str) -> dict[str, Any]:
    try:
        if len(text.encode()) > MOST_BYTES:
            raise _unreadable(_too_long())
        for number, line in enumerate(text.split("\n"), start=1):
            if len(line) > LONGEST_LINE:
                raise _unreadable(f"line {number} is longer than {LONGEST_LINE} characters")
        return tomllib.loads(text)
    except ValueError as error:
        raise _unreadable(f"it is not TOML: {error}") from None
    except RecursionError:
        raise _unreadable("it is not TOML: it is nested too deeply") from None


def _digits(program: Any) -> int:
    """Decimals of the program's currency, so far as it names one."""
    currency = cast(dict[str, Any], program).get("currency") if isinstance(program, dict) else None
    return digits_of(currency) if isinstance(currency, str) and known_currency(currency) else MOST_DIGITS


def _too_long() -> str:
    return f"it is longer than {MOST_BYTES} bytes"


def _unreadable(message: str) -> WrongDefinition:
    return WrongDefinition([Problem("", message)])


def _section(kind: type[Section], data: Any, digits: int) -> tuple[Section | None, list[Finding]]:
    """The section, if pydantic makes one, and what is wrong with it.

    Rules between keys are only looked at when each key is right by itself; unknown keys shall not hide them.
    """
    try:
        return kind.model_validate(data, context={DIGITS: digits}), []
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
    findings = [finding_of(error, data) for error in errors]
    if any(error["type"] != "extra_forbidden" for error in errors):
        return None, findings
    _take_out(data, [place for place, _ in findings])
    section, more = _section(kind, data, digits)
    return section, findings + more


def _take_out(data: Any, places: Iterable[Place]) -> None:
    for *above, last in places:
        table = data
        for step in above:
            table = table[step]
        del table[last]
