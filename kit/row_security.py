"""Row-level security: the second fence around each organization's rows, after the predicate of every statement."""

from typing import Protocol

FEED_SETTING = "app.feed"
"""Set for one transaction, by kit alone, to read the events of all organizations, or to prune old rows of all."""


class Statements(Protocol):
    """Runs statements: the part of Alembic's `op` that is needed here."""

    def execute(self, sqltext: str) -> None:
        """Run one statement."""
        ...


def enable(op: Statements, table: str, column: str = "organization_id") -> None:
    """Let a transaction see and write only the rows of the organization that it was opened for.

    Forced, so that the owner of the table is held by it too.
    """
    # After a transaction that had set it, the setting is '' and not null; nullif makes both see nothing.
    own = f"{column} = nullif(current_setting('app.organization_id', true), '')"
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(f"create policy {table}_organization on {table} using ({own}) with check ({own})")


def enable_with_feed(op: Statements, table: str = "outbox", column: str = "organization_id") -> None:
    """As `enable`, and let the event feed and the housekeeping read and prune all rows, but write none."""
    enable(op, table, column)
    for command in ("select", "delete"):
        op.execute(
            f"create policy {table}_feed_{command} on {table} for {command} "
            f"using (current_setting('{FEED_SETTING}', true) = 'on')"
        )
