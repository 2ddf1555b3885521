"""Every write of facts."""

from .crediting import credit_who_joined
from .kept import forget_kept
from .recording import record_activity, record_order, record_refund

__all__ = ["credit_who_joined", "forget_kept", "record_activity", "record_order", "record_refund"]
