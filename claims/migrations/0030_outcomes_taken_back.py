"""An outcome of a comment request recorded by mistake is taken back by a further row, and counts for nothing."""

import django.db.models.deletion
from django.db import migrations, models

UNASKED = """
CREATE OR REPLACE FUNCTION claims_unasked(proposal claims_assessment) RETURNS SETOF uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  WITH places AS (
    SELECT incident_id FROM claims_statementincident WHERE statement_id = proposal.statement_id
    UNION SELECT proposal.incident_id WHERE proposal.incident_id IS NOT NULL
  ), accused AS (
    SELECT party_id FROM claims_accusation WHERE statement_id = proposal.statement_id
    UNION SELECT a.party_id FROM claims_accusation a
      JOIN claims_statementincident si ON si.statement_id = a.statement_id
      JOIN claims_statement s ON s.id = a.statement_id AND s.kind = 'allegation' AND s.lifecycle = 'current'
      WHERE si.incident_id = proposal.incident_id
  )
  SELECT party_id FROM accused WHERE NOT EXISTS (
    SELECT 1 FROM claims_commentrequest q
    WHERE q.incident_id IN (SELECT incident_id FROM places)
      AND (sources_acts_for(q.party_id, accused.party_id, NULL) OR sources_acts_for(accused.party_id, q.party_id, NULL))
      AND (q.state = 'not_sought' OR EXISTS (
        SELECT 1 FROM claims_commentrequestevent e WHERE e.request_id = q.id AND IN_FORCE e.outcome IN (
          'declined', 'no_response_by_deadline', 'undeliverable', 'referred', 'replied_denied', 'replied_substantive',
          'replied_partial', 'replied_not_for_publication'))))
$$;
"""
IN_FORCE = """e.takes_back_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM claims_commentrequestevent back WHERE back.takes_back_id = e.id)
        AND"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0029_merges")]

    operations = [
        migrations.AddField(
            model_name="commentrequestevent",
            name="takes_back",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="taken_back",
                to="claims.commentrequestevent",
            ),
        ),
        migrations.RunSQL(UNASKED.replace("IN_FORCE", IN_FORCE), UNASKED.replace("IN_FORCE", "")),
        # Of a column it has never counted PostgreSQL expects that it is rarely empty; and the desk took 15 seconds.
        migrations.RunSQL("ANALYZE claims_commentrequestevent", migrations.RunSQL.noop),
    ]
