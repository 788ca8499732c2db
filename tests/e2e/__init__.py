"""The real program in a process of its own, driven over HTTP as people would drive it."""
