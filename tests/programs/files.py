"""Programs' files for tests, with what a test wants to be different."""

from collections.abc import Mapping

from app import definition
from app.programs.rules import Definition

LADDER = {"v1": 0, "v2": 200, "v3": 500}


def shop(
    *,
    code: str = "shop",
    kind: str = "BRAND",
    time_zone: str = "Asia/Shanghai",
    currency: str = "CNY",
    per: str = "1.00",
    ladder: Mapping[str, int] = LADDER,
    successors: Mapping[str, str] | None = None,
) -> str:
    """A small program: one earning rule, one growth rule, and a ladder by codes and thresholds."""
    tiers = "\n".join(
        f'[[tiers.ladder]]\ncode = "{tier}"\nname = {{ zh = "{tier}", en = "{tier}" }}\nthreshold = {threshold}'
        for tier, threshold in ladder.items()
    )
    gone = ", ".join(f'{old} = "{new}"' for old, new in (successors or {}).items())
    return f"""
[program]
code = "{code}"
kind = "{kind}"
name = {{ zh = "小店", en = "The Shop" }}
time_zone = "{time_zone}"
currency = "{currency}"

[points]
[[points.earning]]
code = "order"
points = 1
per = "{per}"
words = {{ zh = "每消费 1 元得 1 积分", en = "1 point for each yuan" }}

[tiers]
successors = {{ {gone} }}
[[tiers.growth]]
code = "order"
growth = 1
per = "{per}"
words = {{ zh = "每消费 1 元得 1 成长值", en = "1 growth for each yuan" }}
{tiers}
"""


def defined(
    *,
    code: str = "shop",
    kind: str = "BRAND",
    time_zone: str = "Asia/Shanghai",
    currency: str = "CNY",
    ladder: Mapping[str, int] = LADDER,
    successors: Mapping[str, str] | None = None,
) -> Definition:
    """The same, read."""
    text = shop(code=code, kind=kind, time_zone=time_zone, currency=currency, ladder=ladder, successors=successors)
    return definition.read(text)


def raised(threshold: int, *, code: str = "shop") -> Definition:
    """The small program with its third tier from `threshold` on: files that differ in one figure."""
    return defined(code=code, ladder=LADDER | {"v3": threshold})
