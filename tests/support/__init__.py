"""What tests of more than one room share: a real PostgreSQL. No test lies here but those of these helpers."""
