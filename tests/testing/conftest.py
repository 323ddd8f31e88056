from __future__ import annotations

import sys
from pathlib import Path

# `--import-mode=importlib` keeps test folders off the path; the tests here share one hand-built beat.
sys.path.insert(0, str(Path(__file__).parent))
