"""Labelled sentences: what people say and which problem it is."""
