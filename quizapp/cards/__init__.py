"""Decks: from YAML files to a validated library of cards."""
