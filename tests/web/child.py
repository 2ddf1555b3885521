"""A server process for tests of how it ends: `child.py FOLDER DATABASE_URL` says its port on a line, then serves."""

import socket
import sys
from pathlib import Path

from app.asgi import create_app
from app.web.serving import server_for
from tests.served import settings_in


def main(folder: str, database_url: str) -> None:
    app = create_app(settings_in(Path(folder), database_url))
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    print(port, flush=True)
    server = server_for(app, drain=app.health.drain, host="127.0.0.1", port=port, drain_timeout=20, notice=1)
    server.run(sockets=[listening])


if __name__ == "__main__":
    main(*sys.argv[1:])
