"""Stands for a Python that has been asked for: has it forked, hands its own files and signals on, and ends as it does.

It imports no more than it needs, for it is to start at once.
"""

import json
import os
import signal
import socket
import sys

HANDED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def files() -> list[int]:
    """All that are open."""
    found = list[int]()
    for name in os.listdir("/dev/fd"):
        try:
            os.fstat(int(name))
        except OSError:  # by which the folder was read
            continue
        found.append(int(name))
    return found


def main(where: str, arguments: list[str]) -> int:
    """How it ended: the exit code, or less than zero for a signal."""
    opened, came = files(), list[int]()
    for each in HANDED_ON:
        signal.signal(each, lambda number, _: came.append(number))
    with socket.socket(socket.AF_UNIX) as asking:
        asking.connect(where)
        asked = {"arguments": arguments, "environment": {**os.environ}, "folder": os.getcwd(), "files": opened}
        socket.send_fds(asking, [json.dumps(asked).encode() + b"\n"], opened)
        told = asking.makefile("r")
        child = int(told.readline())
        for each in HANDED_ON:
            signal.signal(each, lambda number, _: os.kill(child, number))
        for number in came:
            os.kill(child, number)
        return int(told.readline())


if __name__ == "__main__":
    if "TESTS_FORKED_FROM" not in os.environ or sys.argv[1] != "-m":
        os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
    ended = main(os.environ["TESTS_FORKED_FROM"], sys.argv[2:])
    if ended < 0:
        if -ended != signal.SIGKILL:
            signal.signal(-ended, signal.SIG_DFL)
        os.kill(os.getpid(), -ended)
    sys.exit(ended)
