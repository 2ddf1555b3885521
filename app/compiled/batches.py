"""Batch functions at work, those of one level side by side. A failure is kept with its key."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from app.db import Columns, Failed
from app.graph.kinds import Batched
from app.graph.loading import each_found, without_context

from .arguments import Arguments
from .keeping import Keep
from .results import Results, Run

Keys = Sequence[Any]
Start = Callable[[Run, Keys], Coroutine[Any, Any, Any]]
"""A batch function called for keys. Does not raise: what is wrong with its arguments, the coroutine raises."""
NO_KEYS: Keys = ()
NOTHING: Keys = (None,)
"""In place of keys, where the key is in the arguments or there is none. What is found is kept under None."""


def not_written(*_: Any) -> NoReturn:
    raise TypeError("nothing was written for the step")


@dataclass(eq=False)
class BatchStep:
    """One call of a batch function, for every row at this level that asks for it with these arguments."""

    kind: Batched
    arguments: Arguments
    columns: Columns
    """Columns that the operation needs of what is loaded; grows while the operation is planned."""

    start: Start = not_written
    keep: Keep = not_written
    """What it finds, by key. Both are set when it is written (see `starting`)."""

    def given(self, run: Run) -> dict[str, Any]:
        """The keyword arguments but for those that the context fills in. May raise what graphql-core would."""
        return without_context(self.kind, self._loading(run), self.columns)

    def key(self, run: Run) -> Any:
        """The key in the arguments. May raise BadInput."""
        return self.kind.key_of(None, self.arguments.given(run.variables))

    def _loading(self, run: Run) -> Mapping[str, Any]:
        arguments = self.arguments.given(run.variables)
        return self.kind.loading(arguments) if self.kind.own else arguments

    def kept(self, run: Run, keys: Keys, outcome: Any) -> Results:
        """What the function gave, by key."""
        results = Results()
        try:
            values = self._values(run, keys, outcome)
        except Exception as error:
            results.fail(run, dict.fromkeys(keys, error))
            return results
        for key, value in zip(keys, values, strict=True):
            if isinstance(value, Exception):
                results.fail(run, {key: value})
            else:
                results[key] = value
        return results

    def _values(self, run: Run, keys: Keys, outcome: Any) -> Sequence[Any]:
        if outcome.__class__ is Failed:
            raise outcome.error
        loading = self._loading(run)
        if keys is NOTHING:
            return each_found(self.kind, [self.key(run)], outcome, loading)
        return each_found(self.kind, keys, outcome, loading)


async def load_level(run: Run, steps: Sequence[BatchStep], asked: Sequence[Keys]) -> list[Results]:
    """What steps find that do not need one another, each for its keys, in one round trip where that pays."""
    going = [step.start(run, keys) for step, keys in zip(steps, asked, strict=True) if keys]
    outcomes = await run.reader.side_by_side(*going) if going else ()
    return kept_by(run, steps, asked, outcomes)


def kept_by(run: Run, steps: Sequence[BatchStep], asked: Sequence[Keys], outcomes: Sequence[Any]) -> list[Results]:
    """What the steps found: the outcomes are those of the steps that have keys."""
    each = iter(outcomes)
    return [step.keep(run, keys, next(each)) if keys else Results() for step, keys in zip(steps, asked, strict=True)]


async def failing(error: Exception) -> Any:
    raise error


async def awaited(function: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """Of a function that is none of its own: what it returns, once it is there."""
    return await function(*given, **named)
