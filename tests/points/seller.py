"""A system that sells for points: it asks over HTTP, with the operations that are shown to people, at the world's time.

`Seller(world).place("anna", 100)` gives what the mutation answers; every wish has a key of its own unless it is said.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.clock import new_id
from app.graph import Context, Viewer
from app.graph.transport import GraphQLHandler, Limits
from tests.graph.asking import Answered, post
from tests.world import EXAMPLES, World, customer, service

CHECKOUT = (EXAMPLES / "operations" / "checkout.graphql").read_text("utf-8")
BALANCE = (EXAMPLES / "operations" / "balance.graphql").read_text("utf-8")
DAY, MINUTE, MOMENT = timedelta(days=1), timedelta(minutes=1), timedelta(microseconds=1)
SELLING = service("taobao-club", "brand-standard", scopes=("points:hold",))


@dataclass
class Seller:
    """Answers in `language`; `viewer` is what the token says."""

    world: World
    viewer: Viewer = SELLING
    language: str = "en"
    graph: GraphQLHandler = field(init=False)

    def __post_init__(self) -> None:
        self.graph = GraphQLHandler(
            execute=self.world.execute,
            context_for=self._context,
            new_id=new_id,
            development=False,
            limits=Limits(),
        )

    async def _context(self, *, token: str | None, language: str, request_id: str) -> Context:
        return self.world.context(self.viewer, language=language)

    async def sends(self, operation: str, name: str, **variables: Any) -> Answered:
        """One request, answered however."""
        body = {"query": operation, "operationName": name, "variables": variables}
        return await post(self.graph, body, authorization="Bearer seller", accept_language=self.language)

    async def asks(self, name: str, **variables: Any) -> Any:
        """What the one mutation of the checkout's operation answers, which must go without errors."""
        answered = await self.sends(CHECKOUT, name, **variables)
        assert "errors" not in answered.json, answered.json
        (answer,) = answered.json["data"].values()
        return answer

    async def refused(self, name: str, **variables: Any) -> tuple[str, str]:
        """The code and the words of the one error."""
        answered = await self.sends(CHECKOUT, name, **variables)
        (error,) = answered.json["errors"]
        data: dict[str, Any] = answered.json.get("data") or {}
        assert not any(data.values())
        return error["extensions"]["code"], error["message"]

    async def place(self, subject: str, points: int, **more: Any) -> Any:
        return await self.asks("PlaceHold", place=placing(subject, points, **more))

    async def capture(self, hold: str, **more: Any) -> Any:
        return await self.asks("CaptureHold", capture=of(hold, **more))

    async def release(self, hold: str, **more: Any) -> Any:
        return await self.asks("ReleaseHold", release=of(hold, **more))

    async def give_back(self, hold: str, points: int | None = None, *, by: str = "SHOP", **more: Any) -> Any:
        return await self.asks("GiveBackPoints", giveBack=of(hold, points=points, cancelledBy=by, **more))

    async def held(self, subject: str, points: int, **more: Any) -> str:
        """The id of a new hold."""
        return (await self.place(subject, points, **more))["hold"]["id"]

    async def captured(self, subject: str, points: int, **more: Any) -> str:
        """The id of a new hold that is captured at once."""
        hold = await self.held(subject, points, **more)
        assert (await self.capture(hold))["__typename"] == "CaptureHoldSuccess"
        return hold


def placing(subject: str, points: int, *, key: UUID | None = None, **more: Any) -> dict[str, Any]:
    return given(key, customer={"subject": subject}, points=points, **more)


def of(hold: str, *, key: UUID | None = None, **more: Any) -> dict[str, Any]:
    return given(key, hold=hold, **more)


def given(key: UUID | None, **more: Any) -> dict[str, Any]:
    """An input; instants as they are sent."""
    said = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in more.items()}
    return {"idempotencyKey": str(key or uuid4()), **{name: value for name, value in said.items() if value is not None}}


async def has_lot(world: World, subject: str, amount: int, *, lapses: datetime, **more: Any) -> None:
    """An order of the member that earned so many points, which can be spent and lapse at that instant; within a year
    of now, in Shanghai, where every day has 24 hours."""
    active = lapses.replace(year=lapses.year - 1)
    assert active <= world.now
    paid = active - 8 * DAY
    await world.orders(subject, amount, paid=paid, completed=active - 7 * DAY, **more)


async def balance(world: World, subject: str = "anna", **more: Any) -> Any:
    """Why their balance is what it is, as the member reads it; over HTTP."""
    answered = await Seller(world, customer(subject)).sends(BALANCE, "WhyIsMyBalanceThis", **more)
    assert "errors" not in answered.json, answered.json
    return answered.json["data"]["me"]


async def points(world: World, subject: str = "anna", *names: str, **more: Any) -> tuple[int, ...]:
    """What can be spent and what is held; or figures by their names."""
    found = (await balance(world, subject, **more))["points"]
    return tuple(found[name] for name in names or ("available", "held"))


async def movements(world: World, subject: str = "anna", **more: Any) -> list[tuple[Any, ...]]:
    """Kind, change of what can be spent, of what is held, of what is owed; the first first. But for what was earned."""
    nodes = (await balance(world, subject, first=100, **more))["pointHistory"]["nodes"]
    return [
        (node["kind"], node["change"], node["heldChange"], node["debtChange"])
        for node in reversed(nodes)
        if node["kind"] not in ("EARNED", "ACTIVATED")
    ]
