"""`prove`: does every number follow from its entries?"""

import asyncio

import typer

from app.clock import now
from app.definition import programs_to_hold
from app.prover import Proof
from app.prover import prove as prove_all

from .connecting import DATA, Data, DatabaseUrl, database_at, opened
from .console import tell


def prove(database_url: DatabaseUrl = None, data: Data = DATA) -> None:
    """Hold every member against their books (R5), every stock and budget against what was taken of it (R31), and
    name what disagrees. The exit code is 1 if anything does."""
    with database_at(database_url, data) as url:
        proof = asyncio.run(_prove(url))
    for mismatch in (*proof.mismatches, *proof.stock.mismatches, *proof.coupons.mismatches):
        typer.echo(mismatch)
    tell(f"{proof.members} members proved, {len(proof.mismatches)} mismatches.")
    if proof.stock.rewards:
        tell(f"{proof.stock.rewards} rewards proved, {len(proof.stock.mismatches)} mismatches.")
    if proof.coupons.templates:
        tell(f"{proof.coupons.templates} coupon templates proved, {len(proof.coupons.mismatches)} mismatches.")
    if not proof.holds:
        raise typer.Exit(1)


async def _prove(url: str) -> Proof:
    async with opened(url) as database:
        held = programs_to_hold()
        await held.load(database)
        return await prove_all(database, now=now(), programs=held.programs)
