"""Everything from a clean clone, with nothing but Python 3.11 or later: `python run.py demo`.

Makes `.venv` beside this file, installs the package into it, fetches the models, then runs the word it was given.
What is there already is kept, so that the second run starts at once and so that you can put another build of
PyTorch 2.11.0 (for CUDA, say) into `.venv` yourself first. Standard library only; knows nothing of the package
but its name.
"""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

USAGE = """\
usage: python run.py WORD [options]

  demo    play a small story of three beats; writes out/index.html
  serve   run the server for Unity and scripts
  test    run the tests (options go to pytest, such as: test tests/story -k timeline)
  lint    check style, types and contracts
  proto   write the Python and C# code of proto/ again (--check: only say whether it differs)

Any other word goes to narrative-server, such as: python run.py models list
The first run makes .venv and downloads PyTorch and the models; later runs start at once.
"""

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "narrative-server-install.json"
PROTO = ROOT / "proto"
GENERATED = Path("narrative_server") / "v1"
CSHARP_CONTRACTS = ROOT / "unity_client" / "Tools~" / "contracts.py"

OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 14)  # what PyTorch 2.11 has builds for
RESUMING_PIP = (25, 1)  # the first pip that resumes a broken download
# Measured on Linux, where PyTorch brings its CUDA libraries; elsewhere it is about 1.5 GB.
INSTALL_BYTES = 7_000_000_000 if sys.platform == "linux" else 2_500_000_000
DEV_WORDS = ("test", "lint", "proto")
MODEL_WORDS = ("demo", "serve", "test")


class Failure(Exception):
    """Ends the run with a message that says what to do."""


def main(argv: list[str]) -> int:
    """Do what the words ask; returns the exit code."""
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(USAGE, end="")
        return 0 if argv else 2
    try:
        return run(argv[0], argv[1:])
    except Failure as failure:
        problem, code = str(failure), 1
    except KeyboardInterrupt:
        problem, code = "interrupted; run the same command again to go on", 130
    except OSError as error:
        full = error.errno == errno.ENOSPC
        problem, code = "the disk is full; free some space and run it again" if full else str(error), 1
    print(f"run.py: {problem}", file=sys.stderr)
    return code


def run(word: str, options: list[str]) -> int:
    """Prepare the environment that a word needs, then run it."""
    python = ensure_venv()
    ensure_installed(python, ["dev"] if word in DEV_WORDS else [])
    if word in MODEL_WORDS and not {"-h", "--help"} & set(options):
        say("looking for the models")
        if call([python, "-m", "narrative_server", "models", "fetch"]):
            raise Failure("the models could not be fetched; the line above says why")
    if word == "test":
        return call([python, "-m", "pytest", *options], ROOT)
    if word == "lint":
        return lint(python)
    if word == "proto":
        return max(proto(python, options), call([python, str(CSHARP_CONTRACTS), *options], ROOT))
    return hand_over([python, "-m", "narrative_server", word, *options])


# The environment


def ensure_venv() -> str:
    """The path of the Python in `.venv`, which is made when absent."""
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        if VENV.exists():
            raise Failure(f"{VENV} is there but has no {python.relative_to(VENV)}; delete it and run this again")
        problem = python_problem(sys.version_info[:2], platform.system(), platform.machine(), sys.maxsize)
        problem = problem or missing_module_problem()
        if problem:
            raise Failure(problem)
        make_venv()
    probe = "import sys, importlib.util as u; print(*sys.version_info[:2], u.find_spec('pip') is not None)"
    try:
        answer = subprocess.run([str(python), "-c", probe], capture_output=True, text=True, env=environment())
    except OSError as error:
        raise Failure(f"{python} does not start ({error}); delete {VENV} and run this again") from error
    if answer.returncode:
        raise Failure(f"{python} does not start; delete {VENV} and run this again\n{answer.stderr.strip()}")
    major, minor, has_pip = answer.stdout.split()
    problem = python_problem((int(major), int(minor)), platform.system(), platform.machine(), sys.maxsize)
    if problem:
        raise Failure(f"{VENV} cannot be used: {problem}")
    if has_pip == "False" and call([str(python), "-m", "ensurepip"]):
        raise Failure(f"{VENV} has no pip and none could be put there; delete it and run this again")
    return str(python)


def python_problem(version: tuple[int, int], system: str, machine: str, max_size: int) -> str:
    """Why this Python cannot run the project; empty when it can."""
    found = ".".join(map(str, version))
    wanted = " to ".join(".".join(map(str, bound)) for bound in (OLDEST_PYTHON, NEWEST_PYTHON))
    if not OLDEST_PYTHON <= version <= NEWEST_PYTHON:
        return f"this is Python {found} and {wanted} is needed; start run.py with one, such as: python3.12 run.py demo"
    if system == "Darwin" and machine == "x86_64":
        return (
            "PyTorch 2.11 has no build for Intel Macs; on an Apple silicon Mac this is a Python for Intel: "
            "install the arm64 (universal) one from python.org"
        )
    if max_size <= 2**32:
        return "this is a 32-bit Python and PyTorch has no build for it; install the 64-bit one"
    return ""


def missing_module_problem() -> str:
    """What to install when this Python cannot make environments, as on a fresh Debian; empty when it can."""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return ""
    version = ".".join(map(str, sys.version_info[:2]))
    return f"this Python has no venv or pip; on Debian and Ubuntu: sudo apt install python{version}-venv"


def make_venv() -> None:
    """Make `.venv`, or leave nothing behind."""
    free = shutil.disk_usage(ROOT).free
    if free < INSTALL_BYTES:
        raise Failure(f"{ROOT} has {free / 1e9:.1f} GB free and about {INSTALL_BYTES / 1e9:.1f} GB are needed")
    say(f"making {VENV}")
    try:
        if call([sys.executable, "-m", "venv", str(VENV)]):
            raise Failure("the virtual environment could not be made; the lines above say why")
    except BaseException:
        shutil.rmtree(VENV, ignore_errors=True)
        raise


def ensure_installed(python: str, extras: list[str]) -> None:
    """Install the package and what it needs, unless that was done with the same files before."""
    key, (last_key, last_extras) = install_key(python), read_stamp()
    if key == last_key and last_extras >= set(extras):
        return
    extras = sorted(last_extras | set(extras))
    ensure_resuming_pip(python)
    again = STAMP.exists()
    say("bringing the installation up to date" if again else "installing (PyTorch is large: this takes some minutes)")
    target = f".[{','.join(extras)}]" if extras else "."
    options = [*PIP_OPTIONS, *(["--quiet"] if again else []), "-c", "constraints.txt", "-e", target]
    # setuptools warns at length of every editable installation.
    code = call([python, "-m", "pip", "install", *options], ROOT, {"PYTHONWARNINGS": "ignore"})
    if code:
        raise Failure(install_problem(code, shutil.disk_usage(ROOT).free))
    STAMP.write_text(json.dumps({"key": key, "extras": extras}), encoding="utf-8")


PIP_OPTIONS = ("--disable-pip-version-check", "--no-input")


def install_key(python: str) -> str:
    """Changes when an installation made before no longer fits: other requirements, Python or place."""
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        # The settings of tools do not change what is installed; they come last in pyproject.toml.
        digest.update(text_of(ROOT / name).split(b"\n[tool.")[0])
    digest.update(python.encode() + (VENV / "pyvenv.cfg").read_bytes())
    return digest.hexdigest()


def read_stamp() -> tuple[str, set[str]]:
    """Key and extras of the last installation; empty before the first and when unreadable."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
        return str(stamp["key"]), set(stamp["extras"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", set()


def ensure_resuming_pip(python: str) -> None:
    """Replace a pip that cannot resume: PyTorch is too large to start again after a broken connection."""
    answer = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, text=True, env=environment())
    if version_of(answer.stdout) < RESUMING_PIP:
        say("updating pip, so that broken downloads resume")
        # Not fatal: the old one installs too, and says itself when there is no network.
        call([python, "-m", "pip", "install", *PIP_OPTIONS, "--quiet", "--upgrade", "pip"])


def version_of(text: str) -> tuple[int, int]:
    """Major and minor of `pip 26.3 from ...`; (0, 0) when unreadable."""
    try:
        major, minor = text.split()[1].split(".")[:2]
        return int(major), int(minor)
    except (IndexError, ValueError):
        return 0, 0


def install_problem(code: int, free_bytes: int) -> str:
    """What to do about a failed installation."""
    if free_bytes < 500_000_000:
        return f"the disk is full ({free_bytes / 1e6:.0f} MB free); free about 7 GB and run this again"
    return (
        f"pip could not install (exit code {code}); its last lines say why. No connection: check the network, or "
        "HTTPS_PROXY and pip's own settings. Run this again to go on: finished downloads are kept"
    )


# The words


def lint(python: str) -> int:
    """Run every check, also after one failed; returns 1 when any did."""
    buf = tool(python, "buf")
    checks = (
        [python, "-m", "ruff", "check", "."],
        [python, "-m", "ruff", "format", "--check", "."],
        [python, "-m", "mypy"],
        [buf, "lint", "proto"],
    )
    failed = []
    for command in checks:
        name = " ".join(command[2:] if command[0] == python else ["buf", *command[1:]])
        say(name)
        if call(command, ROOT):
            failed.append(name)
    if failed:
        print(f"run.py: failed: {'; '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def proto(python: str, options: list[str]) -> int:
    """Write the generated code, or with `--check` say whether it differs from what is there."""
    if options not in ([], ["--check"]):
        raise Failure(f"proto takes no option but --check, not {' '.join(options)}")
    with tempfile.TemporaryDirectory() as scratch:
        generate(python, Path(scratch))
        drift = differences(Path(scratch) / GENERATED, ROOT / GENERATED)
        if options:
            for name in drift:
                print(f"run.py: {GENERATED / name} differs; run `python run.py proto`", file=sys.stderr)
            return 1 if drift else 0
        for name in drift:
            fresh, kept = Path(scratch) / GENERATED / name, ROOT / GENERATED / name
            if fresh.exists():
                shutil.copyfile(fresh, kept)
            else:
                kept.unlink()
            say(f"{'wrote' if fresh.exists() else 'removed'} {GENERATED / name}")
    return 0


def generate(python: str, out: Path) -> None:
    """Generate messages, stubs and types of every contract into `out`."""
    files = sorted(path.relative_to(PROTO).as_posix() for path in PROTO.rglob("*.proto"))
    plugins = [f"--plugin={name}={tool(python, name)}" for name in ("protoc-gen-mypy", "protoc-gen-mypy_grpc")]
    outputs = [f"--{kind}_out={out}" for kind in ("python", "grpc_python", "mypy", "mypy_grpc")]
    outputs += ["--mypy_opt=quiet", "--mypy_grpc_opt=quiet"]
    if call([python, "-m", "grpc_tools.protoc", f"--proto_path={PROTO}", *plugins, *outputs, *files], ROOT):
        raise Failure("the contracts could not be compiled; the lines above say why")


def differences(fresh: Path, kept: Path) -> list[str]:
    """Names of generated files that differ between two folders or are in only one."""
    names = {path.name for folder in (fresh, kept) for path in folder.glob("*_pb2*.py*")}
    return sorted(name for name in names if text_of(fresh / name) != text_of(kept / name))


def text_of(path: Path) -> bytes:
    """A file's bytes with Unix line endings; empty when there is no such file."""
    return path.read_bytes().replace(b"\r\n", b"\n") if path.exists() else b""


# Processes


def tool(python: str, name: str) -> str:
    """Path of a program installed beside the environment's Python."""
    return str(Path(python).with_name(name + (".exe" if os.name == "nt" else "")))


def environment() -> dict[str, str]:
    """This process's environment without what would mislead a Python or pip inside `.venv`."""
    kept = {key: value for key, value in os.environ.items() if key not in ("PYTHONHOME", "PIP_TARGET", "PIP_PREFIX")}
    return {**kept, "PIP_USER": "0", "PYTHONUTF8": "1"}


def call(command: list[str], cwd: Path | None = None, extra: dict[str, str] | None = None) -> int:
    """Run a command to its end; Ctrl+C reaches it too, so wait for it to clean up, and end it at the second.

    cwd: its folder, this process's when None. extra: more variables for its environment.
    """
    child = subprocess.Popen(command, cwd=cwd, env={**environment(), **(extra or {})})
    interrupted = False
    while True:
        try:
            code = child.wait()
            break
        except KeyboardInterrupt:
            if interrupted:
                child.kill()
            interrupted = True
    if interrupted:
        raise KeyboardInterrupt
    return code


def hand_over(command: list[str]) -> int:
    """Become the command, so that signals meant for this process reach it; Windows has no such thing."""
    sys.stdout.flush()
    if os.name == "posix":
        os.execve(command[0], command, environment())
    return call(command)


def say(message: str) -> None:
    """Print one line of progress."""
    print(f"run.py: {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
