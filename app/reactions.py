"""What follows from what, on one page: the reaction to each kind of event (see `outbox.Reaction`).

A reaction calls the commands of the domains above the one that told; it is retried, and done exactly once.
"""

from app.outbox import Reactions

REACTIONS: Reactions = {}
