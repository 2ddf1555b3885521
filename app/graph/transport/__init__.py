"""GraphQL over HTTP: reading a request, answering it, and errors on the way."""

from .handler import ContextFor, Execute, GraphQLHandler, Limits, Observe
from .reading import Parameters

__all__ = ["ContextFor", "Execute", "GraphQLHandler", "Limits", "Observe", "Parameters"]
