from support.stores import database_url, store

__all__ = ["database_url", "store"]
