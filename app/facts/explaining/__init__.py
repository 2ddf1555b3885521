"""Why a movement of points moved so much: step by step, from what is written and by the rules that made it."""

from .steps import Explanation, Step, StepCode
from .whole import explanation

__all__ = ["Explanation", "Step", "StepCode", "explanation"]
