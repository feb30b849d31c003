"""What counts before a weighty finding: putting back is a hand laid on, and what nobody compared is no origin anywhere.

A photo, and words without a capture, rest on all captures of their source: where every one of them was pasted or
uploaded and none compared with the publication, they were counted as an origin all the same.
"""

from django.db import migrations

HANDS = """
CREATE OR REPLACE FUNCTION claims_hands(proposal claims_assessment) RETURNS SETOF uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  WITH things(id) AS (
    SELECT coalesce(proposal.statement_id, proposal.incident_id, proposal.media_item_id)
    UNION SELECT id FROM claims_rendering WHERE statement_id = proposal.statement_id
    UNION SELECT unnest(ARRAY[e.rendering_id, e.statement_id, e.media_item_id, e.note_id])
      FROM claims_evidence e WHERE e.assessment_id = proposal.id
    UNION SELECT r.id FROM claims_evidence e JOIN claims_rendering r ON r.statement_id = e.statement_id
      WHERE e.assessment_id = proposal.id
  )
  SELECT proposal.proposed_by_id
  UNION SELECT created_by_id FROM claims_statement WHERE id IN (SELECT id FROM things)
  UNION SELECT created_by_id FROM claims_incident WHERE id IN (SELECT id FROM things)
  UNION SELECT created_by_id FROM claims_mediaitem WHERE id IN (SELECT id FROM things)
  UNION SELECT created_by_id FROM claims_rendering WHERE id IN (SELECT id FROM things)
  UNION SELECT created_by_id FROM claims_outsidenote WHERE id IN (SELECT id FROM things)
  UNION SELECT event.actor_id FROM harmtracker_auditevent event
    WHERE event.subject_id IN (SELECT id FROM things)
      AND event.verb ~ '[.](created|edited|added|withdrawn|restored|put_back)$'
$$;
"""
ORIGINS = """
CREATE OR REPLACE FUNCTION claims_evidence_origins(proposal claims_assessment) RETURNS integer LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  WITH cited AS (
    SELECT * FROM claims_evidence WHERE assessment_id = proposal.id
      AND direction = CASE WHEN proposal.finding = 'refuted' THEN 'against' ELSE 'for' END
  ), used AS (
    SELECT r.source_id, r.capture_id FROM cited JOIN claims_rendering r ON r.id = cited.rendering_id
      WHERE r.withdrawn_at IS NULL
    UNION SELECT r.source_id, r.capture_id FROM cited JOIN claims_rendering r ON r.statement_id = cited.statement_id
      WHERE r.withdrawn_at IS NULL
    UNION SELECT n.source_id, n.capture_id FROM cited JOIN claims_outsidenote n ON n.id = cited.note_id
      WHERE n.withdrawn_at IS NULL
    UNION SELECT m.source_id, NULL FROM cited JOIN claims_mediaitem m ON m.id = cited.media_item_id
  )
  SELECT count(DISTINCT sources_origin(used.source_id))::integer FROM used
  LEFT JOIN sources_capture c ON c.source_id = used.source_id AND c.id = coalesce(used.capture_id, c.id)
  WHERE used.source_id IS NOT NULL AND (c.id IS NULL OR c.obtained = 'fetched'
    OR EXISTS (SELECT 1 FROM sources_capturecomparison k WHERE k.capture_id = c.id))
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0026_decisions_alone")]

    operations = [
        migrations.RunSQL(HANDS, HANDS.replace("|put_back", "")),
        migrations.RunSQL(
            ORIGINS,
            ORIGINS.replace(
                "c.source_id = used.source_id AND c.id = coalesce(used.capture_id, c.id)", "c.id = used.capture_id"
            ),
        ),
    ]
