from time import perf_counter
from tests.coupons.test_reckoning import *
from tests.coupons.test_reckoning import shop
async def test_perf(shop):
    code, member = await shop.offers(ways=["GIFT"]), await shop.world.joins("anna")
    codes_ = [await shop.offers(ways=["GIFT"]) for _ in range(3)]
    for _ in range(33):
        for c in codes_: await shop.gives(member, c)
    async def t(name, doc, **v):
        await shop.world.ask(doc, by=customer("anna"), **v)
        b=perf_counter(); r = await shop.world.ask(doc, by=customer("anna"), **v); print(name, round((perf_counter()-b)*1000), "ms", len(r.errors or ()), r.data and "data")
    await t("u1 lines", usabilities(1), cart=cart(LONG))
    await t("u1 no lines", usabilities(1).replace("lines { amount }",""), cart=cart(LONG))
    await t("u2", usabilities(2).replace("lines { amount }",""), cart=cart(LONG))
    await t("u50", usabilities(50), cart=cart(LONG))
    await t("u50 no lines", usabilities(50).replace("lines { amount }",""), cart=cart(LONG))
    many = " ".join(f"u{n}: usability(cart: $c{n}) {{ isUsable }}" for n in range(50))
    heads = ", ".join(f"$c{n}: CartInput!" for n in range(50))
    carts = {f"c{n}": cart([{"quantity": 1, "amount": f"{number + n+ 1}.00"} for number in range(200)]) for n in range(50)}
    await t("u50 carts", f"query ({heads}) {{ me {{ coupons(first: 100) {{ nodes {{ {many} }} }} }} }}", **carts)
    await t("l50", lists(50), cart=cart(LONG))
    await t("l4", lists(4), cart=cart(LONG))
    many = " ".join(f"u{n}: coupons(first: 5, usableFor: $c{n}) {{ totalCount }}" for n in range(50))
    await t("l50 carts", f"query ({heads}) {{ me {{ {many} }} }}", **carts)
