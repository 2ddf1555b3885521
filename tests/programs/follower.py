"""A process of its own that follows what is published: prints what it holds at each turn, until its input ends.

Each line of its input is answered with "told", so that who wrote it knows which turns came after.
"""

import asyncio
import sys

from app import definition
from app.clock import new_id
from app.db import Database, Settings
from app.programs.versions import HeldPrograms


async def follow(url: str) -> None:
    database = Database(Settings(url=url, size=1), new_id=new_id)
    await database.open()
    held = HeldPrograms(definition.read)

    async def pause(interval: float) -> None:
        shop = held.programs.get("shop")
        print(f"holds {max(shop.versions) if shop else 0}", flush=True)
        await asyncio.sleep(interval)

    following = asyncio.create_task(held.follow(database, pause=pause))
    while await asyncio.to_thread(sys.stdin.readline):
        print("told", flush=True)
    following.cancel()
    await database.close()


if __name__ == "__main__":
    asyncio.run(follow(sys.argv[1]))
