"""Writes the C# code of the contracts again, or checks that it is what `proto/` says.

`python run.py proto` calls it. protoc and its C# plugins come from the NuGet package Grpc.Tools, which `dotnet restore`
fetches; without a `dotnet` on PATH it says so and leaves the code alone.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import metas

ROOT = Path(__file__).resolve().parents[2]
PROTO = ROOT / "proto"
GENERATED = ROOT / "unity_client" / "Runtime" / "Contracts"
PROJECT = ROOT / "tests" / "unity" / "Contracts" / "Narrative.Contracts.csproj"
TOOLS = ("grpc.tools", "2.71.0")


def main(argv: list[str]) -> int:
    """Write or, with `--check`, compare; returns the exit code."""
    if argv not in ([], ["--check"]):
        sys.stderr.write(f"contracts.py takes no option but --check, not {' '.join(argv)}\n")
        return 2
    dotnet = shutil.which("dotnet")
    if dotnet is None:
        sys.stderr.write("contracts.py: skipped the C# code: there is no dotnet on PATH\n")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        generate(tools_folder(dotnet), Path(scratch))
        drift = differences(Path(scratch), GENERATED)
        if not argv:
            update(Path(scratch), drift)
            metas.write(metas.PACKAGE)
    for name in drift:
        sys.stderr.write(
            f"contracts.py: {name} {'differs; run `python run.py proto`' if argv else 'brought up to date'}\n"
        )
    return 1 if argv and drift else 0


def tools_folder(dotnet: str) -> Path:
    """Where NuGet keeps the restored Grpc.Tools."""
    subprocess.run(
        [dotnet, "restore", str(PROJECT), "--nologo", "--verbosity", "quiet"], check=True, cwd=PROJECT.parent
    )
    command = [dotnet, "msbuild", str(PROJECT), "-getProperty:NuGetPackageRoot"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, cwd=PROJECT.parent)
    return Path(answer.stdout.strip()).joinpath(*TOOLS)


def generate(tools: Path, out: Path) -> None:
    """Generate messages and client stubs of every contract into `out`."""
    system = {"Windows": "windows", "Darwin": "macosx", "Linux": "linux"}[platform.system()]
    # On Windows and macOS only x64 is built; arm64 machines emulate it.
    arm = system == "linux" and platform.machine().lower() in ("aarch64", "arm64")
    folder, suffix = tools / "tools" / f"{system}_{'arm64' if arm else 'x64'}", ".exe" if system == "windows" else ""
    files = sorted(path.relative_to(PROTO).as_posix() for path in PROTO.rglob("*.proto"))
    command = [
        str(folder / f"protoc{suffix}"),
        f"--proto_path={PROTO}",
        f"--proto_path={tools / 'build' / 'native' / 'include'}",
        f"--plugin=protoc-gen-grpc={folder / f'grpc_csharp_plugin{suffix}'}",
        f"--csharp_out={out}",
        f"--grpc_out={out}",
        "--grpc_opt=no_server",
        *files,
    ]
    for program in (command[0], str(folder / f"grpc_csharp_plugin{suffix}")):
        Path(program).chmod(0o755)  # NuGet does not keep the mode
    subprocess.run(command, check=True)


def differences(fresh: Path, kept: Path) -> list[str]:
    """Names of generated files that differ between two folders or are in only one."""
    names = {path.name for folder in (fresh, kept) for path in folder.glob("*.cs")}
    return sorted(name for name in names if _text(fresh / name) != _text(kept / name))


def update(fresh: Path, names: list[str]) -> None:
    """Bring the named files of the package to what `fresh` has."""
    for name in names:
        if (fresh / name).exists():
            (GENERATED / name).write_bytes(_text(fresh / name))
        else:
            (GENERATED / name).unlink()


def _text(path: Path) -> bytes:
    """A file's bytes with Unix line endings; empty when there is no such file."""
    return path.read_bytes().replace(b"\r\n", b"\n") if path.exists() else b""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
