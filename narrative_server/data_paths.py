"""Where files live on this machine: the home folder of fetched models, and training data sets.

Knows nothing of what is in them. Looks at the environment and the disk only when a function is called.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from narrative_server.errors import DataMissing, InvalidConfig

HOME_VARIABLE = "NARRATIVE_SERVER_HOME"
DATA_VARIABLE = "NARRATIVE_SERVER_DATA"

# Public sources of the data sets that are not ours to commit, by the first folder of the path asked for.
_PUBLIC_SOURCES = {
    "sprites-rltiles": (
        "get RLTiles (CC0) as `Dungeon Crawl 32x32 tiles` from opengameart.org or from github.com/crawl/tiles "
        "and unpack its folders (mon, item, effect, dngn, gui, player, UNUSED)"
    ),
    "sounds-sonicpi": "get etc/samples of github.com/sonic-pi-net/sonic-pi (CC0), add metadata.csv (file_name, text)",
    "sounds-freedoom": "get the sounds of github.com/freedoom/freedoom (BSD), add metadata.csv (file_name, text)",
    "dialogue": "it is part of this project's source tree: run from a clone",
}


def home_dir() -> Path:
    """Folder of fetched models and of the default store: `NARRATIVE_SERVER_HOME`, else the user's data folder.

    The folder need not exist yet. Raises InvalidConfig when the variable names something that is not a folder.
    """
    value = os.environ.get(HOME_VARIABLE, "")
    if not value:
        return platformdirs.user_data_path("narrative-server", appauthor=False)
    home = Path(value).expanduser()
    if home.exists() and not home.is_dir():
        raise InvalidConfig(HOME_VARIABLE, value, "a folder, which may be absent until something is kept in it")
    return home


def data_roots() -> tuple[Path, ...]:
    """Folders searched for data sets, first one first; those under the working folder need not exist.

    Raises InvalidConfig when `NARRATIVE_SERVER_DATA` is set to something that is not a folder.
    """
    value = os.environ.get(DATA_VARIABLE, "")
    roots = [Path("datasets").absolute(), Path("data").absolute()]
    if value:
        chosen = Path(value).expanduser()
        if not chosen.is_dir():
            raise InvalidConfig(DATA_VARIABLE, value, "an existing folder of data sets")
        roots.insert(0, chosen)
    return tuple(roots)


def find_data(relative: str) -> Path:
    """First existing file or folder of that name under the data roots, such as `dialogue/beats-1.jsonl`.

    Each file is looked for by itself, so that one data set may be spread over several roots.
    Raises DataMissing, which says where to get it and where it was looked for.
    """
    roots = data_roots()
    for root in roots:
        if (root / relative).exists():
            return root / relative
    how = _PUBLIC_SOURCES.get(Path(relative).parts[0] if Path(relative).parts else "", "put it")
    places = ", ".join(str(root) for root in roots)
    raise DataMissing(relative, f"{how}; looked in {places}; set {DATA_VARIABLE} to the folder that holds it")
