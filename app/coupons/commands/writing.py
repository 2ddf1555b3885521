"""What became of a member's coupons is written: money, then stock, then the coupons and their history (R31)."""

from app.db import Transaction
from app.offers.commands.stock import surely

from .money import move_money
from .stock import put_back
from .wallet import Wallet, keep


async def write_wallet(tx: Transaction, wallet: Wallet) -> None:
    """Money goes back to budgets, and pieces into the stock. The member is locked."""
    await move_money(tx, wallet.freed(), now=wallet.now)
    for coupon in wallet.restocked():
        await put_back(tx, coupon)
    with surely():
        await keep(tx, wallet)
