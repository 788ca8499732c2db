"""Spelling, words, phrases and the reading of whole messages."""
