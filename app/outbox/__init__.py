"""The outbox: what lower domains tell upper ones, written with the change itself and reacted to once.

Rows are keyed by member, polled, and leased by a conditional UPDATE: no LISTEN, no triggers, no lock over several
members, so that it works behind a transaction pooler and on a sharded Postgres. A reaction that writes another
member (the inviter's bonus) is the one transaction that touches two: its event belongs to the first.
"""

from .commands import forget_done, requeue, tell, tell_first
from .delivery import LeaseLost, Outcome, Post, Reaction, Reactions, deliver, deliver_some
from .events import Told, UnknownKind, Unreadable, event
from .gauges import measure
from .models import OutboxEventRow, State
from .queries import Backlog, backlog, dead_letters, members_awaited

__all__ = [
    "Backlog",
    "LeaseLost",
    "OutboxEventRow",
    "Outcome",
    "Post",
    "Reaction",
    "Reactions",
    "State",
    "Told",
    "UnknownKind",
    "Unreadable",
    "backlog",
    "dead_letters",
    "deliver",
    "deliver_some",
    "event",
    "forget_done",
    "measure",
    "members_awaited",
    "requeue",
    "tell",
    "tell_first",
]
