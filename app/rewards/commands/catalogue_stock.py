"""How rewards come to have more of them: pieces of a stock, codes of a pool. Audited by who calls it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db import Transaction
from app.errors import BadInput, Refused
from app.offers.commands.codes import add_codes_to, claim_codes
from app.offers.commands.stock import add_to_buckets
from app.offers.rules.spreading import spread
from app.programs.money import MOST
from app.rewards.rules.catalogue_outcomes import MoreThanInStock
from app.rewards.rules.kinds import handling_of

from .catalogue import Edited, locked
from .stock import CODES, STOCK

BUCKETS = STOCK.buckets
"""Only operators lock all of one reward's, one at a time (`locked`)."""


@dataclass(frozen=True)
class Added(Edited):
    """What came of codes that were sent."""

    added: int = 0
    known: int = 0
    repeated: int = 0


async def add_stock(tx: Transaction, *, reward_id: UUID, pieces: int) -> Edited:
    """Put so many pieces of a reward into its stock (above 0) or take them out of what is left. It is spread evenly
    over the buckets anew (R31).

    May refuse: RewardIsRetired; MoreThanInStock. May raise BadInput: there is no such reward, it has no stock or its
    stock are codes, or it would have more than can be counted; what was taken counts, too.
    """
    reward = await locked(tx, reward_id)
    if handling_of(reward.kind).has_codes:
        raise BadInput("How many vouchers there are is how many codes: add codes.")
    if not reward.is_stocked:
        raise BadInput("There is no end of this reward: it has no stock.")
    if not 0 < abs(pieces) <= MOST:
        raise BadInput(f"'pieces' must be from 1 to {MOST} to put them in, below 0 to take them out.")
    buckets = await tx.run(BUCKETS, of_reward=reward_id)
    left = [bucket.left_ for bucket in buckets]
    if sum(left) + pieces < 0:
        raise Refused(MoreThanInStock(reward_id, sum(left)))
    if sum(bucket.total for bucket in buckets) + pieces > MOST:
        raise BadInput(f"A reward can have at most {MOST} pieces.")
    await add_to_buckets(tx, STOCK, reward_id, spread(left, pieces))
    return Edited(reward.program, {"left": (sum(left), sum(left) + pieces)})


async def add_codes(tx: Transaction, *, reward_id: UUID, codes: Sequence[str], now: datetime) -> Added:
    """Take codes up into the pool of a reward, each once: those that the program has, or had, in any pool, and those
    that come twice are counted and left out.

    May refuse: RewardIsRetired. May raise BadInput: there is no such reward, it has no codes, or there is something
    wrong with what was sent; which code it is is told by its place, never by itself.
    """
    reward = await locked(tx, reward_id)
    if not handling_of(reward.kind).has_codes:
        raise BadInput("This reward has no codes.")
    sent = await claim_codes(tx, program=reward.program, pool=reward_id, sent=codes)
    buckets = await tx.run(BUCKETS, of_reward=reward_id)
    done = await add_codes_to(tx, STOCK, CODES, pool=reward_id, buckets=buckets, sent=sent, now=now)
    told = {"left": (done.left_before, done.left_before + done.added)}
    return Added(reward.program, told, added=done.added, known=done.known, repeated=done.repeated)
