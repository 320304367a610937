"""`make migrate`: the local database at the newest schema, whether the system is running or not."""

import os

from deploy.local.databases import prepare_database
from deploy.local.migrations import ROOT, migrate
from deploy.local.postgres_server import PostgresServer, port_of
from deploy.local.state import AlreadyRunningError, LocalState


async def bring_to_newest() -> None:
    """Migrate the database of `.local/`, or the one at DATABASE_URL."""
    await _migrate()
    print("The database is at the newest schema.")


async def _migrate() -> None:
    state = LocalState(ROOT / ".local")
    url = os.environ.get("DATABASE_URL")
    if url is not None:
        migrate(await prepare_database(url, state.role_passwords()))
        return
    password, log = state.postgres_password(), state.log("postgres")
    try:
        with state.held():
            server = PostgresServer(state.postgres_data, password=password, log=log)
            server.start()
            try:
                migrate(await prepare_database(server.superuser_url(), state.role_passwords()))
            finally:
                server.stop()
    except AlreadyRunningError:
        running = PostgresServer(state.postgres_data, password=password, log=log, port=port_of(state.postgres_data))
        migrate(await prepare_database(running.superuser_url(), state.role_passwords()))
