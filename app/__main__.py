"""`python -m app`: the command line. The collector rests while it is imported: what is imported stays, and to look
through all of it again and again would take a fifth of the start."""

import gc

gc.disable()

from app.cli import main  # noqa: E402

gc.enable()
main()
