"""The rules of `[members]` in words, for members."""

from collections.abc import Iterator, Mapping

from app.programs.rulebook import Rule, RuleTopic, Told

from .section import Join, MembersSection

JOINING: Mapping[Join, Told] = {
    Join.AUTOMATIC: Told(
        "首次下单或有其他会员行为时自动成为会员，也可主动加入。",
        "You become a member with the first order, or whatever else is reported of you, or by joining yourself.",
    ),
    Join.ON_REQUEST: Told("主动加入后成为会员。", "You become a member by joining."),
}


def members_rules(section: MembersSection) -> Iterator[Rule]:
    yield Rule("members.join", RuleTopic.MEMBERSHIP, JOINING[section.join])
