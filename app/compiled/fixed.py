"""What looks the same for everybody: it is built once, and kept."""

from app.graph.kinds import Column, Computed
from app.graph.viewer import EVERYONE

from .plan import FieldPlan, ObjectPlan


def is_fixed(plan: ObjectPlan, *, is_beneath: bool = False) -> bool:
    """Does what is shown depend on nothing but a row that the process holds and never changes, or on what is made of
    nothing but such a row above it?

    Roles do not matter here: who may not see all of an operation gets no answer of the short way. But for what may or
    may not turn up they are looked at when it does.
    """
    if plan.roles != EVERYONE:
        return False
    if not is_beneath and not getattr(plan.row, "__held__", False):
        return False
    return all(
        is_same_for_all(field) and all(is_fixed(below, is_beneath=True) for below in field.objects.values())
        for field in plan.fields
    )


def is_same_for_all(field: FieldPlan) -> bool:
    """Is a field's value made of nothing but the row, or of the row and the language?"""
    if isinstance(field.kind, Computed):
        callee = field.kind.callee
        return field.step is None and not callee.arguments and set(callee.provided) <= {"language"}
    return isinstance(field.kind, Column)
