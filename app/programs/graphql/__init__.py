"""What a client sees of programs, of their rules in words, and of their published versions."""

from .program import Money, Program, ProgramQueries
from .rules import ProgramInWords, ProgramRuleChanges, RuleChange, RuleQueries
from .versions import PublishedVersion, VersionQueries

__all__ = [
    "Money",
    "Program",
    "ProgramInWords",
    "ProgramQueries",
    "ProgramRuleChanges",
    "PublishedVersion",
    "RuleChange",
    "RuleQueries",
    "VersionQueries",
]
