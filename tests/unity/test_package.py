"""The Unity package as files: what Unity needs to import it, checked without Unity."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

from narrative_server.rpc.info_service import CONTRACT_VERSION

PACKAGE = Path(__file__).parents[2] / "unity_client"
CORE_VERSION = PACKAGE / "Runtime" / "Core" / "Client" / "ContractVersion.cs"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, PACKAGE / "Tools~" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up while they are made.
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(__import__("sys").modules, name, module)
        spec.loader.exec_module(module)
    return module


metas, vendor = load("metas"), load("vendor")


def test_every_file_and_folder_has_a_meta_with_a_guid_of_its_own() -> None:
    assert metas.problems(PACKAGE) == []
    assert sum(1 for _ in metas.assets(PACKAGE)) > 50


def test_the_vendored_dlls_are_those_of_the_list() -> None:
    assert vendor.problems() == []


def test_every_vendored_dll_is_in_the_notices_with_its_version() -> None:
    notices = (PACKAGE / "Third Party Notices.md").read_text(encoding="utf-8")
    rows = [row for row in notices.splitlines() if row.startswith("|")]
    for dll in vendor.DLLS:
        assert any(dll.package in row and dll.version in row for row in rows), dll.package


def test_nothing_ships_that_unitys_profile_has_already() -> None:
    own = {"System.Memory", "System.Buffers", "System.Numerics.Vectors", "System.Threading.Tasks.Extensions"}
    assert not own & {dll.stem for dll in PACKAGE.rglob("*.dll")}


def test_assemblies_name_dlls_and_assemblies_that_are_there() -> None:
    definitions = [json.loads(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.asmdef")]
    names = {one["name"] for one in definitions}
    dlls = {path.name for path in PACKAGE.rglob("*.dll")} | {"nunit.framework.dll"}
    for one in definitions:
        assert set(one["precompiledReferences"]) <= dlls, one["name"]
        own = {reference for reference in one["references"] if reference.startswith("Narrative.")}
        assert own <= names, one["name"]


def test_contracts_and_core_know_no_engine() -> None:
    for name in ("Contracts/Narrative.Contracts", "Core/Narrative.Core"):
        definition = json.loads((PACKAGE / "Runtime" / f"{name}.asmdef").read_text(encoding="utf-8"))
        assert definition["noEngineReferences"] is True


def test_the_manifest_is_whole() -> None:
    manifest = json.loads((PACKAGE / "package.json").read_text(encoding="utf-8"))
    assert manifest["name"] == "com.narrative.client"
    assert manifest["unity"] == "2021.3"
    assert re.fullmatch(r"\d+\.\d+\.\d+", manifest["version"])
    for key in ("displayName", "description", "keywords", "author", "license"):
        assert manifest[key], key
    # Where the project is published is not known here: the links lead into the package, which every copy has.
    for key in ("documentationUrl", "changelogUrl", "licensesUrl"):
        assert (PACKAGE / manifest[key]).is_file(), key
    for name in ("README.md", "CHANGELOG.md", "LICENSE.md", "Third Party Notices.md"):
        assert (PACKAGE / name).is_file()
    assert f"[{manifest['version']}]" in (PACKAGE / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_client_speaks_contracts_that_this_server_serves() -> None:
    text = CORE_VERSION.read_text(encoding="utf-8")
    major, minor = (int(re.findall(rf"int {part} = (\d+);", text)[0]) for part in ("Major", "Minor"))
    server_major, server_minor = map(int, CONTRACT_VERSION.split("."))
    assert major == server_major
    assert minor <= server_minor


def test_new_files_get_a_guid_from_their_path_and_moved_ones_keep_theirs(tmp_path: Path) -> None:
    (tmp_path / "Runtime").mkdir()
    (tmp_path / "Samples~").mkdir()
    (tmp_path / "Samples~" / "Hidden.cs").touch()
    old = tmp_path / "Runtime" / "Old.cs"
    old.touch()
    metas.write(tmp_path)
    guid = metas.guid_of(metas.meta_of(old))
    assert re.fullmatch(r"[0-9a-f]{32}", guid)
    assert not (tmp_path / "Samples~.meta").exists()

    new = old.rename(tmp_path / "Runtime" / "New.cs")
    metas.meta_of(old).rename(metas.meta_of(new))
    old.touch()
    metas.write(tmp_path)
    assert metas.guid_of(metas.meta_of(new)) == guid
    assert metas.guid_of(metas.meta_of(old)) != guid
    assert metas.problems(tmp_path) == []
    assert metas.write(tmp_path) == []


def test_missing_double_and_left_over_metas_are_told(tmp_path: Path) -> None:
    for name in ("A.cs", "B.cs", "C.cs"):
        (tmp_path / name).touch()
    metas.write(tmp_path)
    guid = metas.guid_of(tmp_path / "A.cs.meta")
    (tmp_path / "B.cs.meta").write_text(metas.render(tmp_path / "B.cs", guid), encoding="utf-8")
    (tmp_path / "C.cs.meta").rename(tmp_path / "D.cs.meta")
    assert metas.problems(tmp_path) == [
        "C.cs has no .meta with a GUID; run Tools~/metas.py",
        f"A.cs and B.cs share the GUID {guid}",
        "D.cs.meta belongs to nothing",
    ]
