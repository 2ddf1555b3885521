"""What a process may have in memory of a program: its tiers, their benefits, the coupon templates."""

from collections.abc import Mapping
from typing import Any

from app import clock
from app.db import Settings
from benchmarks.lives import OPERATOR, PROGRAM
from benchmarks.product import product

KEPT = """query Kept($program: String) {
  program(code: $program) { timeZone tiers { code name threshold benefits { code kind name } } }
  couponTemplates(program: $program, first: 100) {
    nodes { code kind name amount { amount currency } threshold { amount currency } }
  }
}"""


async def kept(url: str) -> Mapping[str, Any]:
    """As the product says it."""
    async with product(Settings(url)) as asking:
        told = await asking.ask(KEPT, {"program": PROGRAM}, by=OPERATOR, now=clock.now())
    return {
        "program": PROGRAM,
        "time_zone": told["program"]["timeZone"],
        "tiers": told["program"]["tiers"],
        "templates": {template["code"]: template for template in told["couponTemplates"]["nodes"]},
    }
