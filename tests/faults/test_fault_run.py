"""Random operations by clients that ask again, while connections and the server are broken: nothing is lost or doubled.

How many, and which, is said by FAULT_OPERATIONS, FAULT_COUNT and FAULT_SEED. A seed plays the same operations, and the
same faults at the same COMMITs; which of eight clients is first where they meet is the machine's choice.
"""

import os
from collections.abc import Callable
from pathlib import Path
from random import SystemRandom

from tests.world import World

from .playing import AT_LEAST, History, play
from .schedule import Kind
from .trial import Plan, by_http, wrong_after

PLAN = Plan(
    seed=int(os.environ.get("FAULT_SEED") or SystemRandom().randrange(10**6)),
    operations=int(os.environ.get("FAULT_OPERATIONS") or 10_000),
    faults=int(os.environ.get("FAULT_COUNT") or 50),
    pieces=60,
)


async def test_whatever_breaks_nothing_acknowledged_is_lost_and_nothing_done_twice(
    world: World, tmp_path: Path, played: Callable[[object], None]
) -> None:
    """R5, R24, R28, R31, R35-R37."""
    history = History()
    played(f"FAULT_SEED={PLAN.seed} FAULT_OPERATIONS={PLAN.operations} FAULT_COUNT={PLAN.faults}")
    async with by_http(world, PLAN, tmp_path) as trial:
        await play(PLAN.operations_by(trial), trial.ask, history, at_least=AT_LEAST)
    played(f"{trial.proxy.commits} commits, asked again after {dict(history.repeated)}")

    assert await wrong_after(history, world.database, programs=world.programs, stage=trial.stage, now=trial.now) == []
    assert len(trial.proxy.happened) == PLAN.faults
    assert all(happened.committed in (None, True) for happened in trial.proxy.happened)
    assert "internal_error" not in (tmp_path / "server.log").read_text()
    assert PLAN.faults < len(Kind) or {happened.fault.kind for happened in trial.proxy.happened} == set(Kind)
