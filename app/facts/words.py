"""The rules of `[facts]` in words, for members."""

from collections.abc import Iterator

from app.programs.rulebook import Rule, RuleTopic, Told, days, told

from .section import FactsSection

NOT_KEPT = Told("成为会员之前的订单与行为不计入。", "What you did before you were a member does not count.")


def facts_rules(section: FactsSection) -> Iterator[Rule]:
    kept = told(
        zh="成为会员之前的订单与行为保留 {days}：在此期间加入的，予以补记。",
        en="What you do before you are a member is kept for {days}: if you join before they are over, it counts.",
        days=days(section.kept_days),
    )
    yield Rule("facts.kept_days", RuleTopic.MEMBERSHIP, kept if section.kept_days else NOT_KEPT)
