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
from narrative_server.sounds.attack import measure_attack
from narrative_server.sounds.engine import SoundEngine
from narrative_server.sounds.files import encodings
from narrative_server.sounds.service import SoundConfig, SoundRequest, SoundService
from narrative_server.sounds.types import SoundVariants
from narrative_server.sounds.vocoder_model import save_vocoder
from narrative_server.sounds.vocos import Vocos, VocosConfig
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


def test_two_channels_loops_and_ogg_are_made_when_asked_for(service: SoundService) -> None:
    for encoding in encodings():
        sound = service.sound(
            _request(channels=2, looped=True, duration_ms=700, encoding=encoding, sample_rate_hz=44_100), CancelToken()
        )
        info = soundfile.info(io.BytesIO(sound.data))
        assert (info.channels, info.samplerate) == (2, 44_100)
        assert sound.sample_count == info.frames == pytest.approx(0.7 * 44_100, abs=1)
        assert (sound.loop_start, sound.loop_end) == (0, info.frames)
    plain = service.sound(_request(), CancelToken())
    assert (plain.loop_start, plain.loop_end, plain.channels) == (0, 0, 1)
    assert plain.sample_count == soundfile.info(io.BytesIO(plain.data)).frames


def test_a_loop_may_be_as_long_as_any_sound(service: SoundService) -> None:
    assert service.sound(_request(looped=True, duration_ms=2_000), CancelToken()).duration_ms == 2_000
    assert service.sound(_request(looped=True, duration_ms=0), CancelToken()).duration_ms == 1_800


def test_mood_changes_the_sound_of_a_model_that_knows_it(service: SoundService) -> None:
    plain = service.sound(_request(), CancelToken()).data
    assert service.sound(_request(valence=-0.8, arousal=0.7), CancelToken()).data != plain


def test_only_sounds_that_usually_begin_crisply_are_sharpened_and_loops_never(
    service: SoundService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(usual_ms: float, **changes: object) -> bytes:
        monkeypatch.setattr(SoundEngine, "guess_attack_ms", lambda *_: usual_ms)
        return service.sound(_request(encoding="wav_float32", **changes), CancelToken()).data

    assert made(100.0) == made(9.0) != made(0.5)
    assert made(100.0, looped=True) == made(0.5, looped=True)
    slow, crisp = (measure_attack(soundfile.read(io.BytesIO(made(usual_ms)))[0]) for usual_ms in (100.0, 0.5))
    assert slow is not None
    assert crisp is not None
    assert crisp.rise_ms < slow.rise_ms


def test_a_model_that_knows_no_moods_still_serves(tmp_path: Path) -> None:
    older = SoundService(SoundConfig(write_tiny_model(tmp_path, conditions=2), device="cpu", vocoder_iterations=2))
    plain = older.sound(_request(), CancelToken()).data
    assert older.sound(_request(valence=-0.8, arousal=0.7), CancelToken()).data == plain


def test_the_trained_vocoder_is_used_where_asked_for_and_a_missing_one_says_so(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path / "sounds")
    save_vocoder(tmp_path / "vocoder", Vocos(VocosConfig(8, 1, 8, 1)), {}, "a card")
    trained = SoundService(SoundConfig(folder, "cpu", vocoder="vocos", vocoder_folder=tmp_path / "vocoder"))
    other = SoundService(SoundConfig(folder, "cpu", vocoder="griffin_lim"))
    first, again = (trained.sound(_request(), CancelToken()).data for _ in range(2))
    assert first == again != other.sound(_request(), CancelToken()).data
    with pytest.raises(ModelMissing, match="train vocoder"):
        SoundService(SoundConfig(folder, "cpu", vocoder="auto", vocoder_folder=tmp_path / "nowhere"))
    weights = tmp_path / "vocoder" / "vocoder.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    with pytest.raises(ModelCorrupt, match="checksum"):
        SoundService(SoundConfig(folder, "cpu", vocoder_folder=tmp_path / "vocoder"))


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
        ("valence", float("nan")),
        ("arousal", 1.5),
        ("channels", 0),
        ("channels", 6),
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
    "changes",
    [
        {"device": "tpu"},
        {"truncation": 1.5},
        {"guidance": 0.5},
        {"vocoder_iterations": 0},
        {"threads": -1},
        {"vocoder": "hifigan"},
    ],
)
def test_wrong_settings_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidConfig):
        SoundConfig(**changes)  # type: ignore[arg-type]


def test_serving_imports_nothing_of_training() -> None:
    code = "import sys, narrative_server.sounds.service; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    training = ("gan.trainer", "gan.data", "gan.losses", "sounds.train", "sounds.data", "sounds.recordings")
    training += ("sounds.waves", "sounds.vocoding")
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


@pytest.mark.parametrize("changes", [{}, {"duration_ms": 0}, {"looped": True, "channels": 2}])
def test_variants_are_sounds_of_the_asked_kind_one_for_each_seed(
    service: SoundService, changes: dict[str, object]
) -> None:
    wanted = SoundVariants(_request(**changes), (7, 8, 2**63 - 1))
    made, again = (service.sound_variants(wanted, CancelToken()) for _ in range(2))
    assert [sound.data for sound in made] == [sound.data for sound in again]
    assert len({sound.data for sound in made}) == 3
    for sound, seed in zip(made, wanted.noise_seeds, strict=True):
        alone = service.sound(_request(**changes, noise_seed=seed, candidates=1), CancelToken())
        assert (sound.channels, sound.loop_end > 0) == (alone.channels, alone.loop_end > 0)
        if "duration_ms" not in changes:
            assert sound.sample_count == alone.sample_count


@pytest.mark.parametrize("seeds", [(), tuple(range(65)), (3, -1), (2**63,)])
def test_illegal_seeds_of_variants_are_refused_with_all_other_faults(
    service: SoundService, seeds: tuple[int, ...]
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        service.sound_variants(SoundVariants(_request(intensity=2.0), seeds), CancelToken())
    assert [fault.field for fault in caught.value.violations] == ["noise_seeds", "intensity"]
