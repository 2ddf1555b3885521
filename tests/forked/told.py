"""Tells what it was given, for tests of what is forked: `python -m tests.forked.told CODE`, which it ends with once its
input has ended."""

import json
import os
import sys

if __name__ == "__main__":
    told = {"arguments": sys.argv[1:], "folder": os.getcwd(), "variable": os.environ.get("SAID"), "pid": os.getpid()}
    print(json.dumps(told), flush=True)
    print(f"heard {sys.stdin.read()}", file=sys.stderr)
    sys.exit(int(sys.argv[1]))
