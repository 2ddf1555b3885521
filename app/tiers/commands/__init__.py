"""Every write of growth and tiers. All of them run under the member's lock."""

from .growth import Grown, grow
from .refunds import Shrunk, shrink
from .standing import StandingMember

__all__ = ["Grown", "Shrunk", "StandingMember", "grow", "shrink"]
