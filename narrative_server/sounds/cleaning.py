"""Takes steady noise out of a recording, where there is some under silence. Training only.

Spectral gating: what lies near the level of the quietest frames, bin by bin, is turned down (Boll 1979, with the floor
of Berouti et al. 1979 against musical noise). Sounds that never pause (drones, rain) and clean tails are left as
they are: the quietest frames of the first are the sound, those of the second differ in level, as noise does not.
"""

from __future__ import annotations

import numpy as np

from narrative_server.sounds.synth.dsp import Samples

_FRAME, _HOP = 512, 128
_QUIET_SHARE = 0.1  # of the frames
_AUDIBLE_DB, _CLEARLY_BELOW_DB = -62.0, -28.0  # noise is looked for between these, relative to the loudest frame
_STEADY_QUANTILES, _STEADY_DB = (0.05, 0.25), 3.0
_EXCESS, _FLOOR = 2.0, 0.12
_SHORTEST_FRAMES = 30


def denoise(x: Samples) -> Samples:
    """The samples at 22,050 Hz without their noise floor; the very same where none was found."""
    window = np.sin(np.pi * (np.arange(_FRAME) + 0.5) / _FRAME)
    padded = np.concatenate([np.zeros(_FRAME), x, np.zeros(2 * _FRAME)])
    frames = 1 + (len(padded) - _FRAME) // _HOP
    index = np.arange(frames)[:, None] * _HOP + np.arange(_FRAME)
    spectra = np.fft.rfft(padded[index] * window, axis=1)  # (T, F)
    inside = np.abs(spectra[_FRAME // _HOP : (_FRAME + len(x)) // _HOP - _FRAME // _HOP])
    if len(inside) < _SHORTEST_FRAMES:
        return x
    energy = (inside**2).sum(axis=1)
    quiet = inside[np.argsort(energy)[: max(3, int(_QUIET_SHARE * len(inside)))]]
    level_db = 10 * np.log10((quiet**2).sum(axis=1).mean() / (energy.max() + 1e-20) + 1e-20)
    low, higher = 10 * np.log10(np.quantile(energy, _STEADY_QUANTILES) + 1e-20)
    if not (_AUDIBLE_DB < level_db < _CLEARLY_BELOW_DB and higher - low < _STEADY_DB):
        return x
    noise = quiet.mean(axis=0)
    gain = np.clip(1.0 - _EXCESS * noise / (np.abs(spectra) + 1e-12), _FLOOR, 1.0)
    pieces = np.fft.irfft(spectra * gain, _FRAME, axis=1) * window / 2  # (T, _FRAME)
    out = np.zeros((frames + _FRAME // _HOP - 1) * _HOP)
    for part in range(_FRAME // _HOP):
        quarter = pieces[:, part * _HOP : (part + 1) * _HOP].ravel()
        out[part * _HOP : part * _HOP + len(quarter)] += quarter
    return out[_FRAME : _FRAME + len(x)]
