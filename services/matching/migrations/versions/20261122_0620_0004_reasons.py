"""The reasons of a proposal, once for all its readers."""

from alembic import op

revision = "0004"
down_revision = "0003"

SCHEMA = "matching"
PROPOSALS, PARTICIPANTS = f"{SCHEMA}.proposals", f"{SCHEMA}.proposal_participants"

# The parts that the plain score had, as the ones that there are now. What facts they had was in sentences alone.
_TO_REASONS = f"""
update {PROPOSALS} proposal
   set reasons = coalesce(
       (select jsonb_agg(jsonb_build_array(code, points, facts) order by code, facts)
          from (select case when told.code ~ '^(fit|breadth)' then 'fit' else told.code end as code,
                       case when told.code like '%\\_back' then '{{"track": 1}}'::jsonb else '{{}}' end as facts,
                       sum(told.points) as points
                  from jsonb_to_recordset(proposal.explanation -> 'contributions') as told (code text, points integer)
                 group by 1, 2) part),
       '[]')
"""  # noqa: S608 - names of our own
_TO_EXPLANATIONS = f"""
update {PROPOSALS} proposal
   set explanation = jsonb_build_object('value', '', 'time_cost', '', 'contributions', coalesce(
       (select jsonb_agg(jsonb_build_object('code', reason -> 0, 'points', reason -> 1, 'text', ''))
          from jsonb_array_elements(proposal.reasons) as reason),
       '[]'))
"""  # noqa: S608 - names of our own
_TO_PARTICIPANTS = f"""
update {PARTICIPANTS} part
   set explanation = proposal.explanation
  from {PROPOSALS} proposal
 where proposal.organization_id = part.organization_id and proposal.id = part.proposal_id
"""  # noqa: S608 - names of our own


def upgrade() -> None:
    """Change the schema; what was told in words is told in points from now on."""
    op.execute(f"alter table {PROPOSALS} add column reasons jsonb")
    _unfenced(_TO_REASONS)
    op.execute(f"alter table {PROPOSALS} alter column reasons set not null, drop column explanation")
    op.execute(f"alter table {PARTICIPANTS} drop column explanation")


def downgrade() -> None:
    """Change it back; the words do not come back."""
    op.execute(f"alter table {PROPOSALS} add column explanation jsonb")
    op.execute(f"alter table {PARTICIPANTS} add column explanation jsonb")
    _unfenced(_TO_EXPLANATIONS, _TO_PARTICIPANTS)
    op.execute(f"alter table {PROPOSALS} alter column explanation set not null, drop column reasons")
    op.execute(f"alter table {PARTICIPANTS} alter column explanation set not null")


def _unfenced(*statements: str) -> None:
    """Run statements over the rows of all organizations, which even the owner of a table does not see otherwise."""
    for table in (PROPOSALS, PARTICIPANTS):
        op.execute(f"alter table {table} no force row level security")
    for statement in statements:
        op.execute(statement)
    for table in (PROPOSALS, PARTICIPANTS):
        op.execute(f"alter table {table} force row level security")
