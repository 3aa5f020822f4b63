"""The disk edge: SQLite and the evidence archive. What we know, and nothing about what it means."""
