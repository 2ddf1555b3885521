"""What came of flash redemptions, for people and for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from statistics import median
from typing import Any

from .machine import machine_told
from .redemption import Sales
from .report import Summary, summary_of


def as_json(sales: Sales) -> Mapping[str, Any]:
    return {
        "workload": "redeemReward",
        "buckets": {
            str(buckets): {
                "sold": asdict(summary_of([sale.sold for sale in sales.of(buckets)])),
                "sold_out": asdict(summary_of([sale.sold_out for sale in sales.of(buckets)])),
                "sales": [asdict(sale) for sale in sales.of(buckets)],
            }
            for buckets in sales.flash.buckets
        },
        "errors": sales.errors,
        "proved": sales.proved,
        "flash": asdict(sales.flash),
        "plan": {name: value for name, value in asdict(sales.plan).items() if name not in ("database", "folder")},
        "settings": dict(sales.settings),
    }


def as_text(sales: Sales) -> str:
    flash, plan = sales.flash, sales.plan
    said = next((part.round.said for sale in sales.sales for part in (sale.sold, sale.sold_out) if part.round.said), "")
    return "\n".join((
        f"redeemReward: {flash.stock:,} pieces of one reward, from the instant at which it opens until they are sold",
        "",
        "| buckets | | answers/s | p50 ms | p99 ms | errors | server CPU µs/answer | Postgres CPU µs/answer |",
        "|---|---|---|---|---|---|---|---|",
        *(line for buckets in flash.buckets for line in _lines(sales, buckets)),
        "",
        f"Medians of {plan.rounds} sales of each, in turn; all {flash.stock:,} were sold, each once, and none beyond"
        f" (seconds until then: {_seconds(sales)}). Then {plan.seconds:g} s of asking for what is sold out.",
        f"{plan.clients} clients, {plan.members} members, each with a token of their own that the server has seen. The"
        f" server: one process, {plan.pool} connections, plain documents (no trusted ones), keep-alive; load by"
        f" clients.py, what is sold out by {plan.client.value}.",
        f"PostgreSQL: {', '.join(f'{name} {setting}' for name, setting in sales.settings.items())}.",
        f"{machine_told()}.",
        *([] if sales.proved is None else [f"prove: {sales.proved}"]),
        *([f"The first wrong answer: {said}"] if said else []),
    ))  # fmt: skip


def _lines(sales: Sales, buckets: int) -> Sequence[str]:
    done = sales.of(buckets)
    return (
        _row(str(buckets), "sold", summary_of([sale.sold for sale in done])),
        _row("", "sold out", summary_of([sale.sold_out for sale in done])),
    )


def _seconds(sales: Sales) -> str:
    return ", ".join(
        f"{median(sale.sold.round.seconds for sale in sales.of(buckets)):.1f} with {buckets}"
        for buckets in sales.flash.buckets
    )


def _row(buckets: str, what: str, told: Summary) -> str:
    costs = ("–" if cost is None else f"{cost:,.0f}" for cost in (told.server_cpu, told.postgres_cpu))
    speed = (f"{told.requests_per_second:,.0f}", f"{told.p50_ms:.1f}", f"{told.p99_ms:.1f}", str(told.errors))
    return f"| {' | '.join((buckets, what, *speed, *costs))} |"
