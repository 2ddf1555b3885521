"""The rule of the program by which points moved."""

from collections.abc import Iterator

from app.points.rules import EXTENDED
from app.points.rules.conditional import code_of
from app.programs.rulebook import Told, quoted, told
from app.programs.rules import SINCE_EVER
from app.programs.section import Words

from .evidence import Evidence
from .steps import Step, StepCode, moment


def rule_step(evidence: Evidence, name: Words, code: str) -> Step:
    """What the rule of that code says, how the program calls it, and when its version was in force."""
    version, until = evidence.version, evidence.until
    is_first = version.effective_from == SINCE_EVER
    since = told(zh="自 {at} 起", en="in force from {at}", at=moment(version.effective_from, zone=version.zone))
    end = told(zh="至 {at}", en=" until {at}", at=moment(until.effective_from, zone=version.zone)) if until else ""
    words = told(
        zh="规则{name}（第 {number} 版，{since}{end}）：{rule}",
        en="The rule {name} (version {number}, {since}{end}): {rule}",
        name=Told(quoted(name.zh).zh, quoted(name.en).en),
        number=str(version.number),
        since=Told("自始有效", "in force since ever") if is_first else since,
        end=end,
        rule=evidence.rule(code) or Told(name.zh, name.en),
    )
    return Step(StepCode.RULE, words)


def own_rule(evidence: Evidence) -> Iterator[Step]:
    """Of what goes by the code of a rule in the program's file: a bonus, or what something costs."""
    code = code_of(evidence.entry.rule.removesuffix(EXTENDED))
    for rule in evidence.version.rules:
        if rule.code == code and rule.name is not None:
            yield rule_step(evidence, rule.name, code)
