"""Every write of benefits. All of them run under the member's lock."""

from .granting import grant, revoke
from .using import give_back_benefit, use_benefit

__all__ = ["give_back_benefit", "grant", "revoke", "use_benefit"]
