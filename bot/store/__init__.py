"""What the bot remembers: one schema and one set of queries for SQLite and PostgreSQL."""
