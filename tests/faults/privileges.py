"""A shop that has its customers use their benefits, each once for a cause, and gives them back; some of it more than
once, and some otherwise. And an operator who makes campaigns, pauses them, resumes and ends them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from random import Random
from typing import Any
from uuid import UUID

USE = """mutation Use($input: UseBenefitInput!) { useBenefit(input: $input) { __typename
  ... on UseBenefitSuccess { replayed use { id cause reference } }
  ... on BenefitQuotaUsed { limit } } }"""
GIVE_BACK = """mutation GiveBack($input: GiveBackBenefitInput!) { giveBackBenefit(input: $input) { __typename
  ... on GiveBackBenefitSuccess { replayed use { id cause } } } }"""
CREATE = """mutation Create($input: CreateCampaignInput!) { createCampaign(input: $input) { __typename
  ... on CreateCampaignSuccess { campaign } ... on NewerCampaigns { newestChange } } }"""
CHANGE = """mutation Change($input: ChangeCampaignInput!) { %s(input: $input) { __typename
  ... on ChangeCampaignSuccess { campaign } ... on CampaignStepNotPossible { state } } }"""
QUOTAS = {"express": 4, "desk": 6}
"""Benefits of club.toml that all members have, by the tier and by a campaign: so often each in all."""
OPERATOR = "operator"


@dataclass(frozen=True)
class Benefiting:
    """The shop uses a customer's benefit for something; or says that this was undone."""

    customer: str
    program: str
    benefit: str
    cause: str
    reference: str
    issuer: str
    is_back: bool = False

    @property
    def document(self) -> str:
        return GIVE_BACK if self.is_back else USE

    @property
    def variables(self) -> Mapping[str, Any]:
        given: dict[str, Any] = {
            "customer": {"issuer": self.issuer, "subject": self.customer},
            "program": self.program,
            "benefit": self.benefit,
            "cause": {"id": self.cause},
        }
        return {"input": given if self.is_back else given | {"reference": self.reference}}


class Step(Enum):
    """What is done to a campaign; by the mutation."""

    CREATED = "createCampaign"
    PAUSED = "pauseCampaign"
    RESUMED = "resumeCampaign"
    ENDED = "endCampaign"


@dataclass
class Newest:
    """The number of the newest change that the operator has seen."""

    number: int = 0


@dataclass(frozen=True)
class Campaigning:
    """The operator does something to a campaign."""

    key: UUID
    program: str
    code: str
    step: Step
    newest: Newest = field(compare=False, repr=False)
    seen: list[int] = field(default_factory=list[int], compare=False, repr=False)
    """What was the newest when it was asked first; the same is sent each time."""
    customer: str = OPERATOR

    @property
    def document(self) -> str:
        return CREATE if self.step is Step.CREATED else CHANGE % self.step.value

    @property
    def variables(self) -> Mapping[str, Any]:
        given: dict[str, Any] = {"idempotencyKey": str(self.key), "program": self.program}
        if self.step is not Step.CREATED:
            return {"input": given | {"campaign": self.code}}
        if not self.seen:
            self.seen.append(self.newest.number)
        window = {"kind": "WEEKLY", "days": ["MONDAY"]}
        campaign = {"code": self.code, "name": {"zh": "活动", "en": "A campaign"}, "window": window,
                    "effects": {"earlyAccessHours": 1}}  # fmt: skip
        return {"input": given | {"campaign": campaign, "expectedChange": self.seen[0]}}

    def learn(self, data: Mapping[str, Any] | None) -> None:
        """How far the operator's colleagues are."""
        if data is not None and "newestChange" in data:
            self.newest.number = data["newestChange"]
        elif data is not None and "campaign" in data:
            self.newest.number += 1


@dataclass
class Privileges:
    """What has been asked for so far."""

    issuer: str
    used: list[Benefiting] = field(default_factory=list[Benefiting])
    done: list[Campaigning] = field(default_factory=list[Campaigning])
    newest: Newest = field(default_factory=Newest)


def some_privilege(
    random: Random, privileges: Privileges, *, customers: Sequence[str], program: str
) -> Benefiting | Campaigning:
    """Nearly all of it is about benefits."""
    if random.random() < 0.2:
        return _some_campaigning(random, privileges, program)
    chance, used = random.random(), privileges.used
    if chance < 0.55 or not used:
        cause = f"case-{len(used)}"
        used.append(Benefiting(random.choice(customers), program, random.choice(tuple(QUOTAS)), cause, "first",
                               privileges.issuer))  # fmt: skip
        return used[-1]
    again = random.choice(used[-12:])
    if chance < 0.7:
        return replace(again, is_back=True)
    if chance < 0.75:
        return replace(again, customer=random.choice(customers))
    return replace(again, reference="second") if chance < 0.8 else again


def _some_campaigning(random: Random, privileges: Privileges, program: str) -> Campaigning:
    """One in four is new; the others are about one of the last, or the same again."""
    chance, done = random.random(), privileges.done
    if done and chance < 0.3:
        return random.choice(done[-6:])
    key = UUID(int=random.getrandbits(128), version=4)
    if chance < 0.5 or not done:
        done.append(Campaigning(key, program, f"made-{len(done)}", Step.CREATED, privileges.newest))
    else:
        step = random.choice((Step.PAUSED, Step.RESUMED, Step.ENDED))
        codes = [each.code for each in done if each.step is Step.CREATED]
        done.append(Campaigning(key, program, random.choice(codes[-4:]), step, privileges.newest))
    return done[-1]
