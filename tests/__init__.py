"""The tests. The collector rests while they are imported: what is imported stays (see `conftest`)."""

import gc

gc.disable()
