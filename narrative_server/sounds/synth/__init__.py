"""Procedural synthesiser of captioned game effects (training data only; serving never imports it)."""

from narrative_server.sounds.synth.recipe import Effect, Recipe
from narrative_server.sounds.synth.synthesiser import KINDS, RECIPES, synthesise

__all__ = ["KINDS", "RECIPES", "Effect", "Recipe", "synthesise"]
