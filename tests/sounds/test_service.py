"""The service: exact lengths, equal bytes, refused requests, broken models, and what it does not import."""

from __future__ import annotations

import dataclasses
import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from narrative_server.errors import InvalidConfig, InvalidRequest, ModelCorrupt, ModelMissing
from narrative_server.sounds import service as service_module
from narrative_server.sounds.service import SoundConfig, SoundRequest, SoundService
from narrative_server.workers.cancel import Cancelled, CancelToken
from tests.sounds.tiny import embedding, write_tiny_model


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> SoundService:
    folder = write_tiny_model(tmp_path_factory.mktemp("sounds"))
    return SoundService(SoundConfig(folder, device="cpu", vocoder_iterations=2))


def _request(**changes: object) -> SoundRequest:
    return dataclasses.replace(SoundRequest(embedding(1), 7, 300), **changes)  # type: ignore[arg-type]


def test_a_sound_is_a_wav_file_of_exactly_the_asked_length(service: SoundService) -> None:
    for rate in (22_050, 44_100, 48_000):
        sound = service.sound(_request(sample_rate_hz=rate), CancelToken())
        info = soundfile.info(io.BytesIO(sound.data))
        assert (info.samplerate, info.channels, info.subtype) == (rate, 1, "PCM_16")
        assert info.frames == pytest.approx(0.3 * rate, abs=2)
        assert sound.duration_ms == 300
        assert sound.peak_dbfs <= -0.99
        assert -60 < sound.loudness_lufs < 0


def test_equal_requests_give_equal_bytes_and_other_seeds_do_not(service: SoundService) -> None:
    first, again = (service.sound(_request(), CancelToken()).data for _ in range(2))
    assert first == again
    assert service.sound(_request(noise_seed=8), CancelToken()).data != first
    assert service.sound(_request(embedding=embedding(2)), CancelToken()).data != first
    assert service.sound(_request(intensity=0.9), CancelToken()).data != first


def test_without_a_duration_the_model_chooses_a_legal_one(service: SoundService) -> None:
    sound = service.sound(_request(duration_ms=0, encoding="wav_float32"), CancelToken())
    assert 50 <= sound.duration_ms <= 2_001
    assert soundfile.info(io.BytesIO(sound.data)).subtype == "FLOAT"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("duration_ms", -1),
        ("duration_ms", 49),
        ("duration_ms", 60_000),
        ("intensity", float("nan")),
        ("intensity", -0.1),
        ("intensity", 1.1),
        ("encoding", "mp3"),
        ("encoding", ""),
        ("sample_rate_hz", 8_000),
        ("noise_seed", -1),
        ("embedding", np.full(384, np.nan, dtype=np.float32)),
        ("embedding", np.zeros(3, dtype=np.float32)),
    ],
)
def test_a_wrong_field_is_named_with_its_legal_range(service: SoundService, field: str, value: object) -> None:
    with pytest.raises(InvalidRequest) as caught:
        service.sound(_request(**{field: value}), CancelToken())
    (violation,) = caught.value.violations
    assert violation.field == field
    assert violation.legal


def test_all_faults_are_reported_at_once(service: SoundService) -> None:
    with pytest.raises(InvalidRequest) as caught:
        service.sound(_request(duration_ms=1, intensity=2.0, encoding="x", sample_rate_hz=1), CancelToken())
    fields = {violation.field for violation in caught.value.violations}
    assert fields == {"duration_ms", "intensity", "encoding", "sample_rate_hz"}


def test_a_cancelled_call_stops(service: SoundService) -> None:
    token = CancelToken()
    token.set()
    with pytest.raises(Cancelled):
        service.sound(_request(), token)


def test_missing_and_broken_models_say_so(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        SoundService(SoundConfig(tmp_path / "nowhere", device="cpu"))
    folder = write_tiny_model(tmp_path / "model")
    facts = json.loads((folder / "sound.json").read_text(encoding="utf-8"))
    (folder / "sound.json").write_text(json.dumps({"scale": facts["scale"]}), encoding="utf-8")
    with pytest.raises(ModelCorrupt, match=r"sound\.json"):
        SoundService(SoundConfig(folder, device="cpu"))
    (folder / "sound.json").unlink()
    with pytest.raises(ModelMissing):
        SoundService(SoundConfig(folder, device="cpu"))


@pytest.mark.parametrize(
    "changes", [{"device": "tpu"}, {"truncation": 1.5}, {"guidance": 0.5}, {"vocoder_iterations": 0}, {"threads": -1}]
)
def test_wrong_settings_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidConfig):
        SoundConfig(**changes)  # type: ignore[arg-type]


def test_serving_imports_nothing_of_training() -> None:
    code = "import sys, narrative_server.sounds.service; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    training = ("gan.trainer", "gan.data", "gan.losses", "sounds.train", "sounds.data", "sounds.recordings")
    assert not [name for name in loaded if name.startswith("narrative_server.sounds.synth")]
    assert not [name for name in training if f"narrative_server.{name}" in loaded]


def test_requests_need_no_torch() -> None:
    code = "import sys, narrative_server.sounds.types; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_packaged_model_serves() -> None:
    packaged = Path(service_module.__file__).parent.parent / "models" / "sounds"
    if not (packaged / "config.json").is_file():
        pytest.skip("the packaged weights are not in this tree")
    service = SoundService(SoundConfig(device="cpu", vocoder_iterations=4))
    sounds = [service.sound(SoundRequest(embedding(k), 1, 400), CancelToken()) for k in (1, 2)]
    assert sounds[0].data != sounds[1].data
    assert all(sound.duration_ms == 400 for sound in sounds)
