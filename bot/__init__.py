"""The process: everything that touches the world (network, disk, clock, database)."""
