"""What changed for members from one version of a program's rules to the next, in words (M1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import islice, pairwise

from .rulebook import Rule, RuleTopic
from .rules import Program


class RuleChangeKind(Enum):
    """What became of a rule."""

    ADDED = "ADDED"
    CHANGED = "CHANGED"
    REMOVED = "REMOVED"


@dataclass(frozen=True)
class RuleChange:
    """A rule that reads otherwise than before."""

    kind: RuleChangeKind
    code: str
    topic: RuleTopic
    before: Rule | None
    after: Rule | None


@dataclass(frozen=True)
class RulesChanged:
    """A version that has other rules for members than the one in force before it."""

    version: int
    effective_from: datetime
    changes: tuple[RuleChange, ...]


def rule_changes(before: Sequence[Rule], after: Sequence[Rule]) -> tuple[RuleChange, ...]:
    """Rules that read otherwise, in the order of those after; then what there is no more."""
    old, new = ({rule.code: rule for rule in rules} for rules in (before, after))
    found = [_change(old.get(code), rule) for code, rule in new.items()]
    gone = [RuleChange(RuleChangeKind.REMOVED, code, r.topic, r, None) for code, r in old.items() if code not in new]
    return (*(change for change in found if change is not None), *gone)


def _change(before: Rule | None, after: Rule) -> RuleChange | None:
    if before is None:
        return RuleChange(RuleChangeKind.ADDED, after.code, after.topic, None, after)
    if before.words == after.words:
        return None
    return RuleChange(RuleChangeKind.CHANGED, after.code, after.topic, before, after)


def changes_since(program: Program, *, since: datetime, first: int) -> list[RulesChanged]:
    """So many versions that came or will come into force after an instant and changed something for members, the
    newest first; each is compared with the one in force before it. The first version changed nothing."""
    versions = reversed(list(pairwise(program.in_force)))
    late = ((old, new) for old, new in versions if new.effective_from > since)
    told = (RulesChanged(new.number, new.effective_from, rule_changes(old.rules, new.rules)) for old, new in late)
    return list(islice((each for each in told if each.changes), first))
