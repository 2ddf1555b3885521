"""Every write of facts."""

from .orders import record_order

__all__ = ["record_order"]
