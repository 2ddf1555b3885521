"""What was used is shown as the member had it then, by whatever they had it (M14)."""

from tests.world import World, customer

from .club import CLUB, grants, grown, held, opened, uses
from .test_held import CAMPAIGN, FEW

SHOWN = f"""{{ me(program: "{CLUB}") {{ benefitUses(first: 5) {{ nodes {{ grantedBy cause
  benefit {{ parameters {{ chances }} limit {{ times }} }} }} }} }} }}"""


async def test_what_was_used_is_shown_as_it_was_had(world: World) -> None:
    """As holders of gold have it, also where a campaign gave what gold has; as of silver, where one gave it by name;
    and what staff gave, as it is declared for all."""
    await opened(world, FEW + CAMPAIGN.format("up", 'benefits_of = "gold"'))
    member = await grown(world, "anna", 0)
    mine = (await held(world))["trials"]
    assert (mine["source"], mine["benefit"]["parameters"]["chances"]) == ("CAMPAIGN", 3)
    assert (await uses(world, "anna", "trials", "given"))["__typename"] == "UseBenefitSuccess"
    await opened(world, FEW)
    assert "trials" not in await held(world)
    await grants(world, member, "trials")
    assert (await uses(world, "anna", "trials", "granted"))["__typename"] == "UseBenefitSuccess"
    nodes = (await world.data(SHOWN, by=customer("anna")))["me"]["benefitUses"]["nodes"]
    assert {each["cause"]: (each["grantedBy"], each["benefit"]["parameters"]["chances"],
                            each["benefit"]["limit"]["times"]) for each in nodes} == {
        "granted": ("STAFF", 2, 2), "given": ("CAMPAIGN", 3, 4),
    }  # fmt: skip
