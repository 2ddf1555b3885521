"""Which coupon template an operator may make a reward of."""

from datetime import datetime

from app.coupons.rules.refusals import NO_TEMPLATE
from app.coupons.section import Way
from app.coupons.templates import template_by_code
from app.errors import BadInput
from app.programs.rules import Programs


def check_template(
    code: str | None, *, program: str, has_coupon: bool, programs: Programs | None, now: datetime
) -> None:
    """May raise BadInput: a coupon without a template, or a template of anything else; there is no such template in
    the program, it is retired, or its coupons are not given for points."""
    if not has_coupon:
        if code is not None:
            raise BadInput("Only a coupon has a 'template'.")
        return
    if code is None or programs is None:
        raise BadInput("'template' is the code of the coupon's template.")
    template = template_by_code(programs, program, code, now=now)
    if template is None:
        raise BadInput(NO_TEMPLATE)
    if template.retired_at is not None and template.retired_at <= now:
        raise BadInput("The coupon template is retired.")
    if not template.gives(Way.REWARD):
        raise BadInput("The coupon template does not say that it is given for points: 'ways' must have REWARD.")
