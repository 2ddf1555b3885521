"""What the lines of a cart or an order are for."""

from enum import Enum


class LineKind(Enum):
    """What a line is for."""

    GOODS = "GOODS"
    SHIPPING = "SHIPPING"
    GIFT_CARD = "GIFT_CARD"
