"""The language engine as one value: dictionary, lexicon and rules, built once and then only read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """Placeholder shape until `flows.segment` and `flows.classify` fill it."""
