"""Found by Python at its start when this folder is on PYTHONPATH: watches the process and all that it starts."""

from __future__ import annotations

import os

from tests.network.watch import LOG_VARIABLE, install, write_to_log

if os.environ.get(LOG_VARIABLE):
    install(write_to_log)
