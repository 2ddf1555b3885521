"""What a development server has to show: programs, real orders, and people to ask as."""

from .identities import IDENTITIES, DemoIdentity
from .loading import is_fit_for_demo, load_demo

__all__ = ["IDENTITIES", "DemoIdentity", "is_fit_for_demo", "load_demo"]
