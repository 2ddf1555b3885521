"""Every write of members: joining, leaving, the lock, and where the member stands."""

from .joining import join_program, keep_inviter, leave_program, member_for_fact, take_over_member
from .locking import hold_member, lock_asking, lock_known_as, lock_member, member_known_as
from .standing import stand
from .touching import forget_touches, touch_members

__all__ = [
    "forget_touches",
    "hold_member",
    "join_program",
    "keep_inviter",
    "leave_program",
    "lock_asking",
    "lock_known_as",
    "lock_member",
    "member_for_fact",
    "member_known_as",
    "stand",
    "take_over_member",
    "touch_members",
]
