"""What is kept: rows in SQLite or PostgreSQL."""
