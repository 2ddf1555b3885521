"""A table of peers, as text for people that is Markdown."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from .lives import COUPONS, ENTRIES
from .machine import machine_told
from .page import Compared
from .peers.starting import BARE, COMPILED, POSTGRAPHILE
from .report import Summary, summary_of
from .side_by_side import Measured

HEAD = """\
| {} | requests/s | p50 ms | p99 ms | server CPU µs | PostgreSQL CPU µs | × PostGraphile | × hand-written |
|---|---|---|---|---|---|---|---|"""
MIB = 1024 * 1024


def as_text(done: Compared) -> str:
    parts = [_table(name, rows, done.sizes[name]) for name, rows in done.measured.items()]
    return "\n\n".join((*parts, *_ours(done), _told(done)))


def as_json(done: Compared) -> Mapping[str, Any]:
    return {
        "machine": machine_told(),
        "settings": dict(done.settings),
        "members": done.scene.people.members,
        "missing": list(done.missing),
        "measured": {
            name: {
                row.peer.name: asdict(summary_of(row.rounds))
                | {
                    "memory": row.memory,
                    "ready_after": row.peer.ready_after,
                    "rounds": [asdict(each) for each in row.rounds],
                }
                for row in rows
            }
            for name, rows in done.measured.items()
        },
    }


def errors_of(done: Compared) -> int:
    return sum(each.round.errors for rows in done.measured.values() for row in rows for each in row.rounds)


def _table(workload: str, rows: Sequence[Measured], size: int) -> str:
    summaries = {row.peer.name: summary_of(row.rounds) for row in rows}
    of = [next((told for name, told in summaries.items() if name.startswith(peer)), None)
          for peer in (POSTGRAPHILE, BARE)]  # fmt: skip
    lines = [_row(name, told, of) for name, told in summaries.items()]
    return "\n".join((HEAD.format(f"{workload}, {size:,} bytes"), *lines))


def _row(name: str, told: Summary, of: Sequence[Summary | None]) -> str:
    costs = ("–" if cost is None else f"{cost:,.0f}" for cost in (told.server_cpu, told.postgres_cpu))
    ratios = ("–" if peer is None else f"{told.requests_per_second / peer.requests_per_second:.2f}" for peer in of)
    speed = (f"{told.requests_per_second:,.0f}", f"{told.p50_ms:.1f}", f"{told.p99_ms:.1f}")
    shown = f"**{name}**" if name == COMPILED else name
    wrong = f" ({told.errors} wrong)" if told.errors else ""
    return f"| {' | '.join((shown + wrong, *speed, *costs, *ratios))} |"


def _ours(done: Compared) -> Sequence[str]:
    """What is known of the product beside its speed."""
    own = [row for rows in done.measured.values() for row in rows if row.peer.name == COMPILED]
    memory = max(row.memory for row in own) / MIB
    return [f"Under this load a server process (compiled) has {memory:.0f} MiB of resident memory;"
            f" it was ready {own[0].peer.ready_after:.1f} s after its start, with this database."]  # fmt: skip


def _told(done: Compared) -> str:
    scene = done.scene
    plan, people = scene.rounds, scene.people
    first = [each.round.said for rows in done.measured.values() for row in rows for each in row.rounds]
    said = next((each for each in first if each), None)
    return "\n".join((
        f"{machine_told()}. {people.members:,} members with {ENTRIES} entries in the ledger and {COUPONS} coupons each;"
        f" medians of {plan.rounds} rounds of {plan.seconds:g} s in turn; {plan.clients} connections, kept alive, by"
        f" {plan.client.value}; a random one of {len(people.numbers()):,} members each time, evenly spread, whose"
        f" tokens each process has seen. One process each, {plan.clients} connections to the database; {done.cores}."
        " CPU by the kernel's account, for each request.",
        f"PostgreSQL: {', '.join(f'{name} {setting}' for name, setting in done.settings.items())}.",
        *done.missing,
        *([f"The first wrong answer: {said}"] if said else []),
    ))  # fmt: skip
