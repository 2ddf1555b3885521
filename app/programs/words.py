"""Names and descriptions in the language that was asked for."""

from typing import Protocol

from .section import Words


class InBoth(Protocol):
    """Text in both languages."""

    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


class Named(Protocol):
    @property
    def name(self) -> Words: ...


class Described(Protocol):
    @property
    def description(self) -> Words: ...


def in_language(words: InBoth, language: str) -> str:
    return words.zh if language == "zh" else words.en


def name_of(named: Named, *, language: str) -> str:
    return in_language(named.name, language)


def description_of(described: Described, *, language: str) -> str:
    return in_language(described.description, language)
