"""The Unity layer against Unity's API: stubs that Unity does not have would prove nothing.

`NARRATIVE_UNITY_API` names a folder with `unity-api.txt`, the public members of Unity by version, and `check/`, which
holds an assembly of stubs against it. The stubs of 2021.3 may only have what every version has; those of newer editors
also what `Stubs/newer.txt` lists, which the package uses under defines.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from tests.unity.csharp import DOTNET, ROOT, build, run

PACKAGE = ROOT / "unity_client"
STUBS = ROOT / "tests" / "unity" / "Stubs"
API = os.environ.get("NARRATIVE_UNITY_API", "")
EDITORS = ("2021.3", "6000.0", "6000.7")


@pytest.mark.skipif(DOTNET is None, reason="no dotnet on PATH")
@pytest.mark.skipif(not API, reason="NARRATIVE_UNITY_API is not set: the list of Unity's members is not there")
def test_the_stubs_have_only_what_unity_has(solution: Path) -> None:
    artifacts = ROOT / "build" / "unity-api-check"
    build(f"{API}/check", f"-p:ArtifactsPath={artifacts}", "-p:UseArtifactsOutput=true")
    (checker,) = (artifacts / "bin" / "check" / "debug").glob("*check.dll")
    for editor in EDITORS:
        stubs = solution / f"Stubs.{editor}" / "debug" / "UnityStubs.dll"
        allowed = [] if editor == "2021.3" else [str(STUBS / "newer.txt")]
        run(str(DOTNET), str(checker), f"{API}/unity-api.txt", str(stubs), *allowed)


def test_what_goes_into_a_game_never_names_the_editor() -> None:
    files = [*(PACKAGE / "Runtime").rglob("*.cs"), *(PACKAGE / "Samples~").rglob("*.cs")]
    assert len(files) > 60
    found = [path.name for path in files if re.search(r"\bUnityEditor\b", path.read_text(encoding="utf-8"))]
    assert found == []


def test_every_component_lies_in_a_file_of_its_name() -> None:
    # Unity finds no other.
    for path in [*(PACKAGE / "Runtime" / "Unity").rglob("*.cs"), *(PACKAGE / "Samples~").rglob("*.cs")]:
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r"class (\w+) : (?:MonoBehaviour|ScriptableObject)", text):
            assert path.stem == name


def test_every_field_that_a_designer_sees_has_a_tooltip() -> None:
    for path in (PACKAGE / "Runtime" / "Unity").rglob("*.cs"):
        if path.name == "StoryBeatAsset.cs":
            continue  # baked: its inspector shows it as text
        for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
            if "[SerializeField]" in block:
                assert "[Tooltip(" in block, f"{path.name}: {block.strip()}"


def test_every_sample_of_the_manifest_is_there_with_an_assembly_and_no_sample_is_left_out() -> None:
    manifest = json.loads((PACKAGE / "package.json").read_text(encoding="utf-8"))
    paths = {PACKAGE / sample["path"] for sample in manifest["samples"]}
    assert paths == {path for path in (PACKAGE / "Samples~").iterdir() if path.is_dir()}
    for path in paths:
        assert list(path.glob("*.asmdef"))
        assert list(path.glob("*.cs"))
        assert (path / "README.md").is_file()


def test_pages_link_to_pages_that_are_there() -> None:
    pages = list((PACKAGE / "Documentation~").glob("*.md"))
    assert len(pages) >= 7
    for page in pages:
        for link in re.findall(r"\]\(([\w-]+\.md)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).is_file(), f"{page.name}: {link}"
