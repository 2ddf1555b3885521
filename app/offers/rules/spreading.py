"""How what there is only so much of is spread over the buckets of its stock (R31)."""

from collections.abc import Sequence


def spread(left: Sequence[int], change: int) -> list[int]:
    """By how much each bucket changes, so that all is spread over them as evenly as can be. No more is to be taken out
    than is left in all of them together."""
    share, more = divmod(sum(left) + change, len(left))
    return [share + (number < more) - each for number, each in enumerate(left)]


def dealt(left: Sequence[int], number: int) -> list[int]:
    """To which bucket each of so many pieces goes: always to one of those with the least in it."""
    order = sorted(range(len(left)), key=lambda bucket: left[bucket])
    filled, given = list(left), list[int]()
    while len(given) < number:
        least = filled[order[0]]
        for bucket in order:
            if filled[bucket] > least or len(given) == number:
                break
            filled[bucket] += 1
            given.append(bucket)
        order.sort(key=lambda bucket: filled[bucket])
    return given
