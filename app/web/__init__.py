"""What the server shows beside the graph: its health, its figures, and in development GraphiQL."""
