"""Copies the gRPC DLLs that the package ships out of their NuGet packages, or checks the copies.

Unity has no NuGet, so they are committed. `netstandard2.1` where there is one: the netstandard2.0 build of
Grpc.Net.Client fails in Unity with "No grpc-status". System.Memory, System.Buffers, System.Numerics.Vectors and
System.Threading.Tasks.Extensions belong to Unity's own profile and never ship.

usage: python vendor.py FEED     a folder with the .nupkg files
       python vendor.py --check
"""

from __future__ import annotations

import hashlib
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

PLUGINS = Path(__file__).resolve().parent.parent / "Runtime" / "Plugins"


@dataclass(frozen=True)
class Dll:
    """One assembly: its package, which build of it, and the SHA-256 of the file."""

    package: str
    version: str
    framework: str
    sha256: str


DLLS = (
    Dll(
        "Google.Protobuf",
        "3.31.1",
        "netstandard2.0",
        "515c89a0c04bd2eac2677027cb992702837deb99e7a68f13104dd9444c0088ef",
    ),
    Dll(
        "Grpc.Core.Api",
        "2.84.0",
        "netstandard2.1",
        "16b1ff898b9a2c1ffac0e22035c8280728967e7041bfe8a382bcb1f99a9a530b",
    ),
    Dll(
        "Grpc.Net.Client",
        "2.84.0",
        "netstandard2.1",
        "d6a3a63e19310129b90558a13da358859f3ae112b4e0349f2e09d5f738c0fbc0",
    ),
    Dll(
        "Grpc.Net.Client.Web",
        "2.84.0",
        "netstandard2.1",
        "ed86bba12b8925571210ef38ce22c3607475f88dfce637ed06247a125d725dff",
    ),
    Dll(
        "Grpc.Net.Common",
        "2.84.0",
        "netstandard2.1",
        "f438bc6b3d76ea9741f4486c8d0a67798e799c22be704f857ddf36ec2efdcbac",
    ),
    Dll(
        "Microsoft.Extensions.DependencyInjection.Abstractions",
        "8.0.1",
        "netstandard2.1",
        "23f9b73220ab127daff8ce4792c1928d4806f17e10b54293ddb76f482bbc667a",
    ),
    Dll(
        "Microsoft.Extensions.Logging.Abstractions",
        "8.0.1",
        "netstandard2.0",
        "c44a2a8a6051b43e37947e8e05845a4f1f80c79628ffb9197e3d525d0facb2c1",
    ),
    Dll(
        "System.Diagnostics.DiagnosticSource",
        "8.0.1",
        "netstandard2.0",
        "989b1797b5cacdf19e7130eddd8ae51f0d79595d6020cbaf51910c1c3637cec9",
    ),
    Dll(
        "System.Runtime.CompilerServices.Unsafe",
        "6.0.0",
        "netstandard2.0",
        "01748200f2400c742aa689f1f5101bd6298efdfd92c00c18f4fa473847235ba9",
    ),
)


def main(argv: list[str]) -> int:
    """Copy or check; returns the exit code."""
    if len(argv) != 1:
        sys.stderr.write("usage: python vendor.py FEED | --check\n")
        return 2
    if argv[0] != "--check":
        copy(Path(argv[0]))
    found = problems()
    sys.stderr.writelines(f"vendor.py: {line}\n" for line in found)
    return 1 if found else 0


def copy(feed: Path) -> None:
    """Write every DLL from the packages in `feed`."""
    for dll in DLLS:
        with zipfile.ZipFile(feed / f"{dll.package.lower()}.{dll.version}.nupkg") as package:
            data = package.read(f"lib/{dll.framework}/{dll.package}.dll")
        (PLUGINS / f"{dll.package}.dll").write_bytes(data)


def problems() -> list[str]:
    """What is wrong with the committed DLLs, a sentence each."""
    found = []
    names = {f"{dll.package}.dll" for dll in DLLS}
    found += [f"{path.name} is not in the list" for path in PLUGINS.glob("*.dll") if path.name not in names]
    for dll in DLLS:
        path = PLUGINS / f"{dll.package}.dll"
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "missing"
        if digest != dll.sha256:
            found.append(f"{path.name} is {digest}, not {dll.package} {dll.version} ({dll.framework}, {dll.sha256})")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
