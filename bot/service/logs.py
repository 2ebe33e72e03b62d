import structlog
def get(name): return structlog.get_logger(name)
