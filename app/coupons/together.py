"""What other sections of a program's file say of coupons."""

from collections.abc import Iterable, Iterator

from app.programs.problems import Finding, Place

from .section import CouponsSection, Way


def gift_problems(coupons: CouponsSection, given: Iterable[tuple[Place, str]]) -> Iterator[Finding]:
    """Coupons that a section gives, by their places: of templates that there are, and that are given so."""
    for place, code in given:
        template = coupons.by_code.get(code)
        if template is None:
            yield place, "is no template of coupons"
        elif not template.gives(Way.GIFT):
            yield place, "is a template of which none are given: its 'ways' must have GIFT"
