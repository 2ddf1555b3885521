"""The section `[facts]` of a program's file: how facts from other systems are taken."""

from app.programs.section import Section


class FactsSection(Section):
    """`[facts]`. Nothing is to be set yet: which systems may report is in their tokens."""
