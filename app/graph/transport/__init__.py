"""GraphQL over HTTP: reading a request, answering it, and errors on the way."""

from .handler import ContextFor, GraphQLHandler, Limits, Observe
from .reading import Parameters

__all__ = ["ContextFor", "GraphQLHandler", "Limits", "Observe", "Parameters"]
