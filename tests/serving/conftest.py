from support.stores import database_url

__all__ = ["database_url"]
