from __future__ import annotations

import numpy as np
import pytest
from gguf import GGUFWriter

from narrative_server.dialogue.config import DialogueConfig
from narrative_server.dialogue.service import build_engine
from narrative_server.errors import ModelCorrupt, ModelMissing


def test_a_path_that_does_not_exist_is_a_missing_model(tmp_path):
    for engine in ("llama.cpp", "transformers"):
        with pytest.raises(ModelMissing, match="narrative-server models"):
            build_engine(DialogueConfig(engine=engine, model=str(tmp_path / "none.gguf")))


def test_a_folder_is_nothing_for_llama_cpp(tmp_path):
    with pytest.raises(ModelCorrupt, match="transformers engine reads folders"):
        build_engine(DialogueConfig(model=str(tmp_path)))


@pytest.mark.parametrize("content", [b"", b"GGUF", b"GGUF\x03\0\0\0" + b"\xff" * 64, b"not a model at all" * 50])
def test_a_damaged_file_is_refused_and_the_process_lives_on(tmp_path, content):
    path = tmp_path / "damaged.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelCorrupt):
        build_engine(DialogueConfig(model=str(path)))


def test_a_model_without_a_chat_template_is_refused_with_the_reason(tmp_path):
    path = tmp_path / "base.gguf"
    writer = GGUFWriter(str(path), "llama")
    writer.add_tensor("token_embd.weight", np.zeros((4, 4), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with pytest.raises(ModelCorrupt, match="chat template"):
        build_engine(DialogueConfig(model=str(path)))


def test_a_folder_without_a_model_is_refused_by_transformers(tmp_path):
    with pytest.raises(ModelCorrupt, match="transformers cannot load it"):
        build_engine(DialogueConfig(engine="transformers", model=str(tmp_path)))
