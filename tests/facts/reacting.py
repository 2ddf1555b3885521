"""What follows from what was told, as the worker has it happen."""

from app.clock import new_id
from app.outbox import Post, deliver_some
from app.reactions import REACTIONS
from tests.world import World


class Held:
    """What a process holds."""

    def __init__(self, world: World) -> None:
        self.programs = world.programs


async def react(world: World) -> None:
    """React to all that was told, one after another."""
    post = Post(world.database, REACTIONS, Held(world), lambda: world.now, new_id(), at_once=1)
    while await deliver_some(post):
        pass
