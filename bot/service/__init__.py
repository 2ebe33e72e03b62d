"""The work around the pure core: what is received, stepped, sent, kept for a time, logged and counted."""
