"""Processes that tests start, forked from one that has imported the product: to import it takes longer than most do.

`PYTHON` stands for `sys.executable` where a test starts a module of the product, of the benchmarks or of the tests.
Whatever is started so is a process of its own, with arguments, environment, files, signals and an end of its own. That
the product starts without any of this is seen by `test_processes`.
"""

import os
import select
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from socket import AF_UNIX, socket
from tempfile import TemporaryDirectory
from threading import Thread

HERE = Path(__file__).parent
WHERE = "TESTS_FORKED_FROM"
"""The environment variable that says where to ask for a process; without it one is started as ever."""
PYTHON = (sys.executable, "-I", "-S", str(HERE / "asking.py"))


@contextmanager
def forking() -> Generator[None]:
    """For all who run tests meanwhile, in whatever process. The one to fork from is started when one is asked for."""
    over, ends = os.pipe()
    with TemporaryDirectory(prefix="member-center-") as folder, socket(AF_UNIX) as asked:
        asked.bind(f"{folder}/asked")
        asked.listen(100)
        waiting = Thread(target=_started_when_asked, args=(asked.fileno(), over))
        waiting.start()
        os.environ[WHERE] = f"{folder}/asked"
        try:
            yield
        finally:
            del os.environ[WHERE]
            os.close(ends)
            waiting.join()
            os.close(over)


def _started_when_asked(asked: int, over: int) -> None:
    came, _, _ = select.select([asked, over], [], [])
    if asked in came:
        command = (sys.executable, "-m", "tests.forked.parent", str(asked))
        subprocess.run(command, cwd=HERE.parents[1], stdin=over, pass_fds=(asked,), check=False)
