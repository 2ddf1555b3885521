"""What sections of a program's file are made of, and the section `[program]`."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cache, cached_property
from typing import Annotated, Any, ClassVar, Self, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializationInfo,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from .money import decimal_text, digits_of, known_currency, minor_units
from .problems import Finding

T = TypeVar("T")

DIGITS = "currency_digits"
"""In pydantic's context while a file is read or written: decimals of the program's currency."""


class Part(BaseModel):
    """Something declared in a program's file, and what rules read at run time: the same object as long as its
    version is held. It never changes, so what it looks like may be kept."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)
    __held__: ClassVar[bool] = True


class Section(Part):
    """One domain's section of a program's file."""

    def problems_after(self, earlier: Self) -> Iterator[Finding]:
        """What forbids that this section follows `earlier`, the one published last. Places are within the section."""
        yield from ()


def refuse(findings: Iterable[Finding]) -> None:
    """Called by a validator with what it found: raises pydantic's error with all of it, or nothing."""
    errors = [
        InitErrorDetails(type=PydanticCustomError("rule", "{words}", {"words": words}), loc=place, input=None)
        for place, words in findings
    ]
    if errors:
        raise ValidationError.from_exception_data("a rule", errors)


def repeated(place: str, codes: Sequence[str]) -> Iterator[Finding]:
    """Codes that are in a list more than once."""
    for index, code in enumerate(codes):
        if (first := codes.index(code)) < index:
            yield (place, index, "code"), f'"{code}" is also the code of {place}[{first}]'


def _is_shown(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty")
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise ValueError("it has line breaks or other control characters")
    return text


def _amount(value: Any, info: ValidationInfo) -> int:
    if info.context is None:
        return value
    if not isinstance(value, str):
        raise ValueError('an amount is written as text, like "1.00"')
    amount = minor_units(value, digits=info.context[DIGITS])
    if amount == 0:
        raise ValueError("must be more than 0")
    return amount


def _as_written(amount: int, info: SerializationInfo) -> Any:
    return amount if info.context is None else decimal_text(amount, digits=info.context[DIGITS])


Text = Annotated[str, Field(max_length=500), AfterValidator(_is_shown)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
"""Names something for programs, within one program: `v1`, `member-day`."""
Count = Annotated[int, Field(ge=1, le=2**31 - 1)]
Amount = Annotated[int, BeforeValidator(_amount), Field(ge=1, le=2**31 - 1), PlainSerializer(_as_written)]
"""More than nothing of the program's currency. In the file a decimal text, `"1.00"`, with at most the currency's
decimals; at run time an integer in minor units (R12), and so where a model is made in code."""
ONCE = 100
"""A weight of 1, in hundredths."""


def _weight(value: Any, info: ValidationInfo) -> int:
    if info.context is None:
        return value
    if not isinstance(value, str):
        raise ValueError('a weight is written as text, like "1.5"')
    return minor_units(value, digits=2)


def _weight_as_written(weight: int, info: SerializationInfo) -> Any:
    return weight if info.context is None else decimal_text(weight, digits=2)


Weight = Annotated[int, BeforeValidator(_weight), Field(ge=0, le=100 * ONCE), PlainSerializer(_weight_as_written)]
"""By what something is multiplied: in the file a decimal text with at most 2 decimals, `"1.5"`; at run time an integer
in hundredths."""
Listed = Annotated[tuple[T, ...], Field(strict=False)]
"""A list of the file: a tuple at run time."""


class Words(Part):
    """The same in both languages."""

    zh: Text
    en: Text


class ProgramKind(StrEnum):
    """Whose program it is."""

    PLATFORM = "PLATFORM"
    BRAND = "BRAND"


@cache
def _time_zones() -> frozenset[str]:
    """Names of the IANA database; `localtime` and `Factory` are no places."""
    return frozenset(available_timezones() - {"localtime", "Factory"})


def _is_time_zone(name: str) -> str:
    if name not in _time_zones():
        raise ValueError("no time zone of the IANA database, like Asia/Shanghai")
    return name


def _is_currency(code: str) -> str:
    if not known_currency(code):
        raise ValueError("no currency of ISO 4217, like CNY")
    return code


class ProgramSection(Section):
    """`[program]`: what is common to all domains. Days, months and years are reckoned in `time_zone` (R1, R3)."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
    kind: Annotated[ProgramKind, Field(strict=False)]
    name: Words
    time_zone: Annotated[str, AfterValidator(_is_time_zone)]
    currency: Annotated[str, AfterValidator(_is_currency)]

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @cached_property
    def currency_digits(self) -> int:
        """Decimals of the currency's minor unit."""
        return digits_of(self.currency)

    def problems_after(self, earlier: Self) -> Iterator[Finding]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """R20, and stricter: not "after the first entry" but once published they cannot change, because an entry
        may be written while a file is published."""
        if self.kind is not earlier.kind:
            yield ("kind",), f"cannot change: it was published as {earlier.kind.value}"
        if self.time_zone != earlier.time_zone:
            yield ("time_zone",), f"cannot change: it was published as {earlier.time_zone}"
        if self.currency != earlier.currency:
            yield ("currency",), f"cannot change: it was published as {earlier.currency}"
