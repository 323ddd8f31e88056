"""Builds the C# code and runs its tests, where there is a .NET SDK; elsewhere pytest says what it left out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.unity.csharp import DOTNET, run

pytestmark = pytest.mark.skipif(DOTNET is None, reason="no dotnet on PATH: the C# code is neither built nor tested")


def test_the_generated_code_is_what_the_contracts_say() -> None:
    run(sys.executable, "unity_client/Tools~/contracts.py", "--check")


def test_the_csharp_code_builds_without_a_warning_and_passes_its_tests(solution: Path) -> None:
    run(str(DOTNET), "test", str(solution / "Narrative.Tests" / "debug" / "Narrative.Tests.dll"), "--nologo")
