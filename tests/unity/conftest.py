"""Builds the C# code once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unity.csharp import DOTNET, ROOT, build


@pytest.fixture(scope="session")
def solution() -> Path:
    """The folder of what tests/unity/Narrative.slnx was built to, without a warning."""
    if DOTNET is None:
        pytest.skip("no dotnet on PATH: the C# code is neither built nor tested")
    build("tests/unity/Narrative.slnx")
    return ROOT / "build" / "unity" / "bin"
