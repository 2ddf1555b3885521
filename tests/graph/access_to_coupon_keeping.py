"""Coupon templates, coupons, and jobs about them for the matrix of who may see and do what."""

from uuid import UUID, uuid4

from app.coupons.commands import Whose, give
from app.graph import Role, Viewer
from app.graph.ids import global_id, key_of
from tests.staff.keeping_coupons import OLGA, asks, created, works
from tests.world import World, staff

HERE = "taobao-club"
SARA = staff(Role.SUPPORT, HERE)
TEMPLATES = f'couponTemplates(program: "{HERE}")'
CLAIMABLE = f'claimableCoupons(program: "{HERE}")'
NODES = (CLAIMABLE + " { nodes", ["Query.claimableCoupons", "CouponTemplateConnection.nodes"])
COUPON = ('node(id: "$kept_coupon") { ... on Coupon', ["Query.node"])
RESERVED = COUPON[0].replace("$kept_coupon", "$reserved_coupon")
"""One that has a history (see access_to_coupons)."""
CART = 'cart: {currency: "CNY", lines: []}'
USED = ('node(id: "$reserved_coupon") { ... on Coupon { use', ["Query.node", "Coupon.use"])
COUPONS = ('node(id: "$member") { ... on Member { coupons', ["Query.node", "Member.coupons"])
MISSED = ('node(id: "$member") { ... on Member { missedCoupons', ["Query.node", "Member.missedCoupons"])
JOB = 'couponJob(id: "$coupon_job")'
JOBS = f'couponJobs(program: "{HERE}")'
PUBLIC: dict[str, tuple[str, list[str]]] = {
    "CouponTemplate": NODES,
    "CouponTemplateConnection": (CLAIMABLE, ["Query.claimableCoupons"]),
    "CouponTemplateEdge": (CLAIMABLE + " { edges", ["Query.claimableCoupons", "CouponTemplateConnection.edges"]),
    "CouponLimit": (NODES[0] + " { limit", [*NODES[1], "CouponTemplate.limit"]),
    "CouponValidity": (NODES[0] + " { validity", [*NODES[1], "CouponTemplate.validity"]),
    "CouponPartner": (NODES[0] + " { partner", [*NODES[1], "CouponTemplate.partner"]),
    "CouponTemplateForMe": (NODES[0] + " { forMe", [*NODES[1], "CouponTemplate.forMe"]),
}
OWNED: dict[str, tuple[str, list[str]]] = {
    "Coupon": COUPON,
    "CouponUse": USED,
    "CouponChange": (RESERVED + " { history { nodes", [*COUPON[1], "Coupon.history", "CouponChangeConnection.nodes"]),
    "CouponChangeConnection": (RESERVED + " { history", [*COUPON[1], "Coupon.history"]),
    "CouponChangeEdge": (
        RESERVED + " { history { edges",
        [*COUPON[1], "Coupon.history", "CouponChangeConnection.edges"],
    ),
    "CouponUsability": (COUPON[0] + f" {{ usability({CART})", [*COUPON[1], "Coupon.usability"]),
    "CouponConnection": COUPONS,
    "CouponEdge": (COUPONS[0] + " { edges", [*COUPONS[1], "CouponConnection.edges"]),
    "MissedCouponConnection": MISSED,
    "MissedCouponEdge": (MISSED[0] + " { edges", [*MISSED[1], "MissedCouponConnection.edges"]),
    "MissedCoupon": (MISSED[0] + " { nodes", [*MISSED[1], "MissedCouponConnection.nodes"]),
    "CouponJob": (JOB, ["Query.couponJob"]),
    "CouponCodeConnection": (JOB + " { codes", ["Query.couponJob", "CouponJob.codes"]),
    "CouponCodeEdge": (
        JOB + " { codes { edges",
        ["Query.couponJob", "CouponJob.codes", "CouponCodeConnection.edges"],
    ),
    "CouponCode": (JOB + " { codes { nodes", ["Query.couponJob", "CouponJob.codes", "CouponCodeConnection.nodes"]),
}
STAFF_LIST: dict[str, tuple[str, list[str]]] = {
    "CouponJobConnection": (JOBS, ["Query.couponJobs"]),
    "CouponJobEdge": (JOBS + " { edges", ["Query.couponJobs", "CouponJobConnection.edges"]),
}
NEEDED = {"Coupon.usability": f"({CART})"}
CALLS = {
    "couponTemplate": 'couponTemplate(id: "$kept_template") { code }',
    "couponTemplates": TEMPLATES + " { totalCount }",
    "claimableCoupons": CLAIMABLE + " { totalCount }",
    "couponJob": JOB + " { state }",
    "couponJobs": JOBS + " { totalCount }",
}
KEY = 'idempotencyKey: "%s"'
MUTATIONS = {
    "createCouponTemplate": f"""createCouponTemplate(input: {{{KEY}, program: "{HERE}", code: "new", kind: CASH,
        name: {{zh: "x", en: "x"}}, amount: "1.00", validity: {{days: 1}}}}) {{ __typename }}""",
    "changeCouponTemplate": f"""changeCouponTemplate(input: {{{KEY}, template: "$kept_template", limit: {{times: 9}}}})
        {{ __typename }}""",
    "retireCouponTemplate": f'retireCouponTemplate(input: {{{KEY}, template: "$kept_partner"}}) {{ __typename }}',
    "addCouponStock": f'addCouponStock(input: {{{KEY}, template: "$kept_template", pieces: 1}}) {{ __typename }}',
    "addCouponBudget": f"""addCouponBudget(input: {{{KEY}, template: "$kept_template", amount: "1.00"}})
        {{ __typename }}""",
    "addPartnerCodes": f"""addPartnerCodes(input: {{{KEY}, template: "$kept_pool", codes: ["x"]}})
        {{ __typename }}""",
    "readCouponCodes": f'readCouponCodes(input: {{{KEY}, job: "$coupon_job", reason: "why"}}) {{ __typename }}',
    "issueCoupon": f"""issueCoupon(input: {{{KEY}, member: "$member", template: "$kept_template", reason: "why"}})
        {{ __typename }}""",
    "revokeCoupon": f'revokeCoupon(input: {{{KEY}, coupon: "$kept_other", reason: "why"}}) {{ __typename }}',
    "issueCoupons": f"""issueCoupons(input: {{{KEY}, template: "$kept_template", filter: {{}}, reason: "why"}})
        {{ __typename }}""",
    "createCouponCodes": f"""createCouponCodes(input: {{{KEY}, template: "$kept_template", count: 2, reason: "why"}})
        {{ __typename }}""",
}
BY_OPERATORS = {
    "CreateCouponTemplateSuccess": MUTATIONS["createCouponTemplate"],
    "CouponTemplateCodeTaken": MUTATIONS["createCouponTemplate"].replace('"new"', '"ten"'),
    "ChangeCouponTemplateSuccess": MUTATIONS["changeCouponTemplate"],
    "RetireCouponTemplateSuccess": MUTATIONS["retireCouponTemplate"],
    "CouponTemplateIsRetired": MUTATIONS["retireCouponTemplate"].replace("$kept_partner", "$kept_retired"),
    "AddCouponStockSuccess": MUTATIONS["addCouponStock"],
    "AddCouponBudgetSuccess": MUTATIONS["addCouponBudget"],
    "AddPartnerCodesSuccess": MUTATIONS["addPartnerCodes"],
    "ReadCouponCodesSuccess": MUTATIONS["readCouponCodes"],
    "CouponJobSuccess": MUTATIONS["createCouponCodes"],
}
BY_SUPPORT = {
    "IssueCouponSuccess": MUTATIONS["issueCoupon"],
    "RevokeCouponSuccess": MUTATIONS["revokeCoupon"],
    "OwnCoupon": MUTATIONS["issueCoupon"].replace("$member", "$herself"),
    "SupportLimitReached": MUTATIONS["issueCoupon"],
}
ANSWERS = {*BY_OPERATORS, *BY_SUPPORT}


async def coupons_of_anna(world: World, member: str) -> dict[str, str]:
    """Two that she has, of a template that has all there is; the job by which there is a code; a retired template."""
    template = (await created(world, stock=9, budget="900.00", tiersFrom="v1", limit={"times": 9}))["id"]
    zoo = {"name": {"zh": "动物园", "en": "The zoo"}, "text": {"zh": "出示", "en": "Show it"}}
    other = (await created(world, "other", kind="PARTNER", amount=None, partner=zoo))["id"]
    pool = (await created(world, "pool", kind="PARTNER", amount=None, partner=zoo | {"codes": True}))["id"]
    await asks(world, "AddPartnerCodes", template=pool, codes=["one", "two"])
    coded = (await asks(world, "IssueCoupon", member=member, template=pool, reason="why"))["coupon"]["id"]
    retired = (await created(world, "retired"))["id"]
    await asks(world, "RetireCouponTemplate", template=retired)
    given = [(await asks(world, "IssueCoupon", member=member, template=template, reason="why"))["coupon"]["id"]
             for _ in range(2)]  # fmt: skip
    async with world.database.transaction() as tx:
        member_id = key_of(member, "member")
        assert isinstance(member_id, UUID)
        whose = Whose(member_id, HERE)
        await give(tx, member=whose, template=None, cause_id=uuid4(), rule="a-gift", now=world.now)
    job = (await asks(world, "CreateCouponCodes", template=template, count=1, reason="why"))["job"]["id"]
    await works(world)
    return {"kept_coupon": given[0], "kept_other": given[1], "kept_template": template, "kept_partner": other,
            "kept_retired": retired, "coupon_job": job, "kept_pool": pool, "coded_coupon": coded}  # fmt: skip


async def keeping(world: World, kind: str, ids: dict[str, str]) -> tuple[str, Viewer]:
    """A call that brings about a kind of answer, and who asks; `ids` are those of what Anna has."""
    if kind == "OwnCoupon":
        ids["herself"] = global_id("member", await world.joins(SARA.subject))
    if kind == "SupportLimitReached":
        for _ in range(5):
            await asks(world, "IssueCoupon", by=SARA, member=ids["member"], template=ids["kept_template"], reason="why")
    if kind in BY_OPERATORS:
        return BY_OPERATORS[kind] % uuid4(), OLGA
    return BY_SUPPORT[kind] % uuid4(), SARA
