"""The scalars, with what they mean to a person; how they are read and written is strawberry's."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from strawberry.schema.types import base_scalars
from strawberry.types.scalar import ScalarDefinition

SCALARS: Mapping[object, ScalarDefinition] = {
    datetime: replace(
        base_scalars.DateTimeDefinition,
        description="An instant, written as in RFC 3339; answers are in UTC: `2026-01-31T12:00:00+00:00`.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
    ),
    Decimal: replace(
        base_scalars.DecimalDefinition,
        description='A decimal number, written as a string so that nothing of it is lost: `"12.50"`.',
    ),
    UUID: replace(
        base_scalars.UUIDDefinition,
        description="A UUID in its usual form: `123e4567-e89b-42d3-a456-426614174000`.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc9562",
    ),
}
