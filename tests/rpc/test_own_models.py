from __future__ import annotations

from pathlib import Path

import pytest

from narrative_server.errors import InvalidConfig
from narrative_server.rpc.lifecycle import engine_configs
from narrative_server.settings import ServerSettings


def test_a_kind_that_you_have_not_trained_is_served_by_the_packaged_model(tmp_path: Path) -> None:
    (tmp_path / "sprites").mkdir()
    configs = engine_configs(ServerSettings(weights=tmp_path))
    assert configs.images.sprites_folder == tmp_path / "sprites"
    assert configs.images.backgrounds_folder is None
    assert configs.sounds.folder is None


def test_a_folder_without_any_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfig, match=r"weights.*sprites, backgrounds, sounds"):
        engine_configs(ServerSettings(weights=tmp_path))


def test_an_embedding_of_your_own_serves_words_pictures_and_sounds(tmp_path: Path) -> None:
    own = tmp_path / "embedding"
    own.mkdir()
    configs = engine_configs(ServerSettings(weights=tmp_path))
    assert configs.semantics.embedding_dir == configs.images.embedding_folder == configs.sounds.embedding_folder == own


def test_how_many_are_drawn_to_choose_from_holds_for_pictures_and_sounds() -> None:
    usual, more = (engine_configs(ServerSettings(candidates=count)) for count in (0, 5))
    assert (usual.images.sprite_candidates, usual.images.background_candidates, usual.sounds.candidates) == (2, 2, 1)
    assert (more.images.sprite_candidates, more.images.background_candidates, more.sounds.candidates) == (5, 5, 5)
    with pytest.raises(InvalidConfig, match="candidates is 65; legal: 0 to 64"):
        ServerSettings(candidates=65)
