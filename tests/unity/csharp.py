"""Runs the .NET SDK, where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOTNET = shutil.which("dotnet")


def run(*command: str) -> None:
    """Run a command from the repository's root; what it told is in the failure."""
    environment = {**os.environ, "NARRATIVE_TEST_PYTHON": sys.executable}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-8000:]}\n{done.stderr[-4000:]}"


def build(project: str, *options: str) -> None:
    """Build a project or solution; a warning is an error."""
    # The shared compiler and waiting nodes would outlive the run.
    run(
        str(DOTNET), "build", project, "--nologo", "-m:1", "-nodeReuse:false", "-p:UseSharedCompilation=false", *options
    )
