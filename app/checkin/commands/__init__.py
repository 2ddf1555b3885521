"""Every write of check-ins. All of them run under the member's lock, which the caller has (R28)."""

from .daily import check_in
from .making_up import make_up

__all__ = ["check_in", "make_up"]
