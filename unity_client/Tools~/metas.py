"""Writes the `.meta` file that Unity wants beside every file and folder of a package, or checks them.

A git package is read-only in a project, so Unity ignores whatever has no `.meta`. A new one gets a GUID derived from
its path; one that is there keeps its GUID, so that a moved file (move its `.meta` along) stays what scenes refer to.
Folders that end with `~` are hidden from Unity and get none.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
_GUID = re.compile(r"^guid: ([0-9a-f]{32})$", re.MULTILINE)
_PLAIN = "  externalObjects: {}\n  userData: \n  assetBundleName: \n  assetBundleVariant: \n"
_SCRIPT = (
    "  externalObjects: {}\n  serializedVersion: 2\n  defaultReferences: []\n  executionOrder: 0\n"
    "  icon: {instanceID: 0}\n  userData: \n  assetBundleName: \n  assetBundleVariant: \n"
)
# Only assemblies that name the DLL see it. Its references are not validated, because the facades of Unity's
# .NET Standard 2.1 profile have other versions than those it was built against. The define leaves it out, for a
# project that has its own copy.
_PLUGIN = (
    "  externalObjects: {}\n  serializedVersion: 2\n  iconMap: {}\n  executionOrder: {}\n"
    "  defineConstraints:\n  - '!NARRATIVE_OWN_GRPC'\n  isPreloaded: 0\n  isOverridable: 0\n"
    "  isExplicitlyReferenced: 1\n  validateReferences: 0\n  platformData:\n"
    "  - first:\n      Any: \n    second:\n      enabled: 1\n      settings: {}\n"
    "  - first:\n      Editor: Editor\n    second:\n      enabled: 0\n      settings:\n"
    "        DefaultValueInitialized: true\n"
    "  userData: \n  assetBundleName: \n  assetBundleVariant: \n"
)
_IMPORTERS = {
    ".cs": ("MonoImporter", _SCRIPT),
    ".dll": ("PluginImporter", _PLUGIN),
    ".asmdef": ("AssemblyDefinitionImporter", _PLAIN),
    ".md": ("TextScriptImporter", _PLAIN),
    ".txt": ("TextScriptImporter", _PLAIN),
    ".json": ("TextScriptImporter", _PLAIN),
}


def main(argv: list[str]) -> int:
    """Write what is missing or differs; with `--check` only say so. Returns the exit code."""
    if argv not in ([], ["--check"]):
        sys.stderr.write(f"metas.py takes no option but --check, not {' '.join(argv)}\n")
        return 2
    found = problems(PACKAGE)
    if argv:
        sys.stderr.writelines(f"metas.py: {line}\n" for line in found)
        return 1 if found else 0
    for line in write(PACKAGE):
        sys.stderr.write(f"metas.py: {line}\n")
    return 0


def assets(package: Path) -> Iterator[Path]:
    """Every file and folder that Unity sees, in order of path."""
    for path in sorted(package.iterdir()):
        if path.name.startswith(".") or path.name.endswith("~") or path.suffix == ".meta":
            continue
        yield path
        if path.is_dir():
            yield from assets(path)


def write(package: Path) -> list[str]:
    """Bring all `.meta` files up to date; returns what was done."""
    done = []
    wanted = {}
    taken = {guid for path in assets(package) if (guid := guid_of(meta_of(path)))}
    for path in assets(package):
        guid = guid_of(meta_of(path)) or _fresh_guid(path.relative_to(package), taken)
        taken.add(guid)
        wanted[meta_of(path)] = render(path, guid)
    for meta in package.rglob("*.meta"):
        if meta not in wanted:
            meta.unlink()
            done.append(f"removed {meta.relative_to(package).as_posix()}")
    for meta, text in wanted.items():
        if not meta.exists() or meta.read_text(encoding="utf-8") != text:
            meta.write_text(text, encoding="utf-8", newline="\n")
            done.append(f"wrote {meta.relative_to(package).as_posix()}")
    return done


def problems(package: Path) -> list[str]:
    """What is wrong with the `.meta` files, a sentence each."""
    found = []
    owners: dict[str, list[str]] = defaultdict(list)
    expected = set()
    for path in assets(package):
        name = path.relative_to(package).as_posix()
        expected.add(meta_of(path))
        guid = guid_of(meta_of(path))
        if not guid:
            found.append(f"{name} has no .meta with a GUID; run Tools~/metas.py")
            continue
        owners[guid].append(name)
        if meta_of(path).read_text(encoding="utf-8") != render(path, guid):
            found.append(f"{name}.meta differs from what Tools~/metas.py writes")
    found += [f"{' and '.join(names)} share the GUID {guid}" for guid, names in owners.items() if len(names) > 1]
    orphans = sorted(set(package.rglob("*.meta")) - expected)
    found += [f"{meta.relative_to(package).as_posix()} belongs to nothing" for meta in orphans]
    return found


def meta_of(path: Path) -> Path:
    """Where the `.meta` of a file or folder is."""
    return path.with_name(path.name + ".meta")


def guid_of(meta: Path) -> str:
    """The GUID in a `.meta` file; empty without one."""
    match = _GUID.search(meta.read_text(encoding="utf-8")) if meta.exists() else None
    return match[1] if match else ""


def render(path: Path, guid: str) -> str:
    """The text of a `.meta` file."""
    head = f"fileFormatVersion: 2\nguid: {guid}\n"
    if path.is_dir():
        return f"{head}folderAsset: yes\nDefaultImporter:\n{_PLAIN}"
    if path.name == "package.json":
        return f"{head}PackageManifestImporter:\n{_PLAIN}"
    importer, body = _IMPORTERS.get(path.suffix, ("DefaultImporter", _PLAIN))
    return f"{head}{importer}:\n{body}"


def _fresh_guid(path: Path, taken: set[str]) -> str:
    """From the path; a path that was used before, by a file that moved since, is counted on."""
    name, turn = f"com.narrative.client/{path.as_posix()}", 0
    while True:
        guid = hashlib.md5(f"{name}#{turn}".encode() if turn else name.encode(), usedforsecurity=False).hexdigest()
        if guid not in taken:
            return guid
        turn += 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
