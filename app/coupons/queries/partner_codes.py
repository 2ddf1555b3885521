"""Partners' codes of coupons, for those who may see them (R41)."""

from collections.abc import Sequence

from app.coupons.models import PartnerCodeRow
from app.db import Reader
from app.graph import Viewer
from app.offers.queries.codes import TakenCode, codes_at_places, codes_taken

OF_COUPON = ("member_id", "id", "template_id", "bucket", "number", "code_shown_at")
"""What a coupon says of the code that it took (`TakenCode`)."""
OF, TAKER = "template_id", "coupon_id"
CODES = codes_at_places(PartnerCodeRow, of=OF)


async def codes_of_coupons(db: Reader, taken: Sequence[tuple[object, ...]], *, viewer: Viewer) -> list[str | None]:
    """The codes that coupons took, by `OF_COUPON` (see `codes_taken`)."""
    asked = [TakenCode(*each) for each in taken]  # pyright: ignore[reportArgumentType]
    return await codes_taken(db, CODES, asked, taker=TAKER, viewer=viewer)
