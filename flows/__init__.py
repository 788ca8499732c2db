"""The core: what is decided, and why.

Pure functions over frozen values. No clock, no input or output, no chat library, no database: time, knowledge
and words come in as arguments, so the same inputs give the same outputs.
"""
