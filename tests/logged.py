"""Something is logged and something goes wrong: `python -m tests.logged`."""

import logging

import structlog

from app.cli.logs import configure_logs


def fails() -> None:
    try:
        raise ValueError("the birthday of ann is 1990-02-29")
    except ValueError:
        logging.getLogger("library").exception("It failed.")
        structlog.get_logger().exception("own_failure")


if __name__ == "__main__":
    configure_logs(for_people=False)
    structlog.get_logger().info("worker_started", worker="w1")
    logging.getLogger("uvicorn.error").info("Started")
    fails()
