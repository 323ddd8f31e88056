"""A LoRA adapter for llama.cpp: as an adapter GGUF beside its base, or merged into a GGUF of its own.

Loads no model. Names and layouts are those of llama.cpp's converters: a module of the transformers model has its name
in the GGUF, and architectures whose query and key rows the converter reorders get the adapter's rows reordered alike.
Reference: convert_hf_to_gguf.py and convert_lora_to_gguf.py of llama.cpp.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import gguf
import numpy as np
from gguf import GGMLQuantizationType, GGUFReader, GGUFValueType, GGUFWriter
from numpy.typing import NDArray

from narrative_server.dialogue.adapters import Adapter, LoraPair, lora_pairs
from narrative_server.dialogue.gguf_header import GgufHeader, read_header
from narrative_server.errors import ModelCorrupt

MERGED_TYPE: Final = GGMLQuantizationType.Q8_0

# Whether the converter reorders the rows of q and k for llama.cpp's kind of rotary embedding.
_REORDERED: Final = {"llama": True, "qwen2": False, "qwen3": False, "gemma2": False, "gemma3": False, "smollm3": True}


def write_lora_gguf(adapter: Adapter, base: Path, target: Path) -> None:
    """Write the adapter alone, float16, for llama.cpp to apply while it runs. Raises ModelCorrupt or OSError."""
    header = _header(adapter, base)
    pairs = gguf_pairs(adapter, header)
    writer = GGUFWriter(target, _architecture(header))
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", adapter.alpha)
    for name, pair in pairs.items():
        writer.add_tensor(f"{name}.weight.lora_a", pair.a.astype(np.float16))
        writer.add_tensor(f"{name}.weight.lora_b", pair.b.astype(np.float16))
    _write(writer)


def write_merged_gguf(adapter: Adapter, base: Path, target: Path, kind: GGMLQuantizationType = MERGED_TYPE) -> None:
    """Write the base with the adapter added to its weights, which are then stored as `kind`; the rest stays as it is.

    Raises ModelCorrupt or OSError.
    """
    header = _header(adapter, base)
    pairs = gguf_pairs(adapter, header)
    reader = GGUFReader(base)
    writer = GGUFWriter(target, _architecture(header))
    _copy_fields(reader, writer)
    for tensor in reader.tensors:
        pair = pairs.get(tensor.name.removesuffix(".weight"))
        if pair is None:
            writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
            continue
        weight = gguf.quants.dequantize(tensor.data, tensor.tensor_type)  # (out, in) float32
        merged = weight + np.float32(adapter.scale) * (pair.b @ pair.a)
        writer.add_tensor(tensor.name, gguf.quants.quantize(merged, kind), raw_dtype=kind)
    _write(writer)


def gguf_pairs(adapter: Adapter, header: GgufHeader) -> dict[str, LoraPair]:
    """The adapter's pairs by the GGUF's own tensor names, such as `blk.0.attn_q`, rows in the GGUF's order.

    Raises ModelCorrupt for an architecture that is not known here, and where base and adapter differ in shape.
    """
    architecture = _architecture(header)
    if architecture not in _REORDERED:
        known = ", ".join(sorted(_REORDERED))
        reason = f"its base is of architecture {architecture!r}; llama.cpp gets adapters for {known}"
        raise _corrupt(adapter, f"{reason}; use the transformers engine")
    names = gguf.get_tensor_name_map(
        {label: key for key, label in gguf.MODEL_ARCH_NAMES.items()}[architecture],
        _count(adapter, header, "block_count"),
    )
    pairs = {}
    for module, pair in lora_pairs(adapter).items():
        name = names.get_name(module)
        shape = header.shapes.get(f"{name}.weight")
        if name is None or shape != pair.shape:
            raise _corrupt(adapter, f"its base {adapter.base!r} has {module} of shape {pair.shape}, this model {shape}")
        heads = _row_heads(adapter, header, name) if _REORDERED[architecture] else 0
        pairs[name] = LoraPair(pair.a, _reordered(pair.b, heads)) if heads else pair
    return pairs


def _row_heads(adapter: Adapter, header: GgufHeader, name: str) -> int:
    """Attention heads whose rows are in another order in the GGUF; 0 where rows are as they were."""
    if name.endswith(".attn_q"):
        return _count(adapter, header, "attention.head_count")
    if name.endswith(".attn_k"):
        return _count(adapter, header, "attention.head_count_kv")
    return 0


def _reordered(rows: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """(out, r): each head's two halves interleaved, as the converter does with the weights."""
    halves = rows.reshape(heads, 2, rows.shape[0] // heads // 2, rows.shape[1])
    return np.ascontiguousarray(halves.swapaxes(1, 2).reshape(rows.shape))


def _copy_fields(reader: GGUFReader, writer: GGUFWriter) -> None:
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name == "general.architecture":  # the writer sets these itself
            continue
        kind = field.types[0]
        writer.add_key_value(
            field.name, field.contents(), kind, field.types[-1] if kind == GGUFValueType.ARRAY else None
        )


def _write(writer: GGUFWriter) -> None:
    try:
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
    finally:
        writer.close()


def _header(adapter: Adapter, base: Path) -> GgufHeader:
    try:
        return read_header(base)
    except ValueError as error:
        raise _corrupt(adapter, f"its base is not a readable GGUF file: {error}") from error


def _architecture(header: GgufHeader) -> str:
    return str(header.fields.get("general.architecture", ""))


def _count(adapter: Adapter, header: GgufHeader, key: str) -> int:
    value = header.fields.get(f"{_architecture(header)}.{key}")
    if not isinstance(value, int) or value < 1:
        raise _corrupt(adapter, f"its base tells no {_architecture(header)}.{key}")
    return value


def _corrupt(adapter: Adapter, reason: str) -> ModelCorrupt:
    return ModelCorrupt(adapter.folder.name, reason, "narrative-server train dialogue")
