"""`python -m narrative_server`: the same as the `narrative-server` command."""

from __future__ import annotations

import sys

from narrative_server.cli import main

# Worker processes are spawned and import this module under another name.
if __name__ == "__main__":
    sys.exit(main())
