"""Builds the C# code and runs its tests, where there is a .NET SDK; elsewhere pytest says what it left out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOTNET = shutil.which("dotnet")

pytestmark = pytest.mark.skipif(DOTNET is None, reason="no dotnet on PATH: the C# code is neither built nor tested")


def run(*command: str) -> None:
    environment = {**os.environ, "NARRATIVE_TEST_PYTHON": sys.executable}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-8000:]}\n{done.stderr[-4000:]}"


def test_the_generated_code_is_what_the_contracts_say() -> None:
    run(sys.executable, "unity_client/Tools~/contracts.py", "--check")


def test_the_csharp_code_builds_without_a_warning_and_passes_its_tests() -> None:
    # The shared compiler would outlive the run.
    run(
        str(DOTNET),
        "test",
        "tests/unity/Narrative.slnx",
        "--nologo",
        "-m:1",
        "-nodeReuse:false",
        "-p:UseSharedCompilation=false",
    )
