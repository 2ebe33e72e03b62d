"""Fixtures for every test; `conftest.py` hands them on."""

from collections.abc import Iterator

import pytest

from .postgres import PostgresServer, running_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A running PostgreSQL: the server `PG_TEST_DSN` names, else one of our own for this run of the tests."""
    with running_server() as server:
        yield server


@pytest.fixture
def postgres_dsn(postgres: PostgresServer) -> Iterator[str]:
    """The address of a fresh, empty database, which is dropped after the test."""
    dsn = postgres.create_database()
    yield dsn
    postgres.drop_database(dsn)
