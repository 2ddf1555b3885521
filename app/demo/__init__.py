"""What a development server has to show: programs, real orders, and people to ask as."""

from .identities import IDENTITIES, DemoIdentity
from .loading import load_demo

__all__ = ["IDENTITIES", "DemoIdentity", "load_demo"]
