"""Something is logged and something goes wrong: `python -m tests.logged`."""

import logging

from app.cli.logs import configure_logs
from app.failures import kind_of
from app.logs import Log

LOG = Log("own")


def fails() -> None:
    try:
        raise ValueError("the birthday of ann is 1990-02-29")
    except ValueError as error:
        logging.getLogger("library").exception("It failed.")
        LOG.error("own_failure", error=kind_of(error))
    logging.getLogger("library").warning("person %s", "ann\ud800")
    logging.getLogger("library").warning("%s %d", "ann", "ann")


if __name__ == "__main__":
    configure_logs(for_people=False)
    LOG.info("worker_started", worker="w1")
    logging.getLogger("uvicorn.error").info("Started")
    fails()
