"""Fixtures of tests/store/fixtures.py."""

from tests.store.fixtures import sqlite, store, url

__all__ = ["sqlite", "store", "url"]
