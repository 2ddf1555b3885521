"""`schema`: the graph in GraphQL's own language."""

import typer

from app.schema import schema as graph


def schema() -> None:
    """Print the schema; `schema.graphql` has the same."""
    typer.echo(graph.as_str())
