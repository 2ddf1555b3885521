"""What came of what an operator did with a coupon template, and why nothing did."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class CouponTemplateCreated:
    """There is a new template."""

    template_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class CouponTemplateChanged:
    """It will be as it was asked to be, in a moment."""

    template_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class CouponTemplateRetired:
    """In a moment nobody gets a coupon of it any more."""

    template_id: UUID
    replayed: bool = False


@dataclass(frozen=True)
class CouponStockAdded:
    """There are more coupons to be had."""

    template_id: UUID
    added: int
    replayed: bool = False


@dataclass(frozen=True)
class CouponBudgetAdded:
    """There is more money for its coupons."""

    template_id: UUID
    added: int
    """Minor units (R12)."""
    currency: str
    replayed: bool = False


@dataclass(frozen=True)
class PartnerCodesAdded:
    """Codes of a partner's were taken up into the pool of a template. The codes are not in here."""

    template_id: UUID
    added: int
    known: int
    repeated: int
    replayed: bool = False


@dataclass(frozen=True)
class CouponTemplateCodeTaken:
    """Another template of the program has that code, or had."""

    program: str
    template_code: str


@dataclass(frozen=True)
class CouponTemplateIsRetired:
    """It is there for the record only: nothing can be done with it."""

    template_id: UUID
