"""Codes of vouchers, for those who may see them (R41)."""

from collections.abc import Sequence

from app.db import Reader
from app.graph import Viewer
from app.offers.queries.codes import TakenCode, codes_at_places, codes_taken
from app.rewards.models import VoucherCodeRow

OF_REDEMPTION = ("member_id", "id", "reward_id", "bucket", "number", "code_shown_at")
"""What a redemption says of the code that it took (`TakenCode`)."""
OF, TAKER = "reward_id", "redemption_id"
CODES = codes_at_places(VoucherCodeRow, of=OF)


async def codes_of_redemptions(db: Reader, taken: Sequence[tuple[object, ...]], *, viewer: Viewer) -> list[str | None]:
    """The codes that redemptions took, by `OF_REDEMPTION` (see `codes_taken`)."""
    asked = [TakenCode(*each) for each in taken]  # pyright: ignore[reportArgumentType]
    return await codes_taken(db, CODES, asked, taker=TAKER, viewer=viewer)
