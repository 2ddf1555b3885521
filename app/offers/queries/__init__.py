"""What is read of what is offered."""
