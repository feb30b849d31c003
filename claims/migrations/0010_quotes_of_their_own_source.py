"""A quotation is looked for in copies too; whether it may go out is said by the newest capture of its own source."""

from django.db import migrations

RELEASES = """
CREATE OR REPLACE FUNCTION claims_release_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE subject record; role text;
BEGIN
  IF NEW.incident_id IS NOT NULL THEN
    SELECT version, workflow, tlp, handling, embargo_until, finding INTO subject
      FROM claims_incident WHERE id = NEW.incident_id FOR UPDATE;
  ELSE
    SELECT version, workflow, tlp, handling, embargo_until, finding INTO subject
      FROM claims_statement WHERE id = NEW.statement_id AND lifecycle <> 'removed' FOR UPDATE;
  END IF;
  SELECT u.role INTO role FROM harmtracker_user u WHERE u.id = NEW.released_by_id AND u.is_active;
  IF role IS DISTINCT FROM 'editor' THEN
    PERFORM claims_refuse_finding('release_by_editor', 'an editor releases');
  END IF;
  IF subject.version IS DISTINCT FROM NEW.version THEN
    PERFORM claims_refuse_finding('release_of_present_version', 'the record was changed meanwhile');
  END IF;
  IF subject.workflow <> 'approved' THEN
    PERFORM claims_refuse_finding('release_approved', 'only an approved record is released');
  END IF;
  IF subject.tlp = 'RED' OR subject.handling && ARRAY['sub_judice', 'legal_hold']::varchar[]
     OR subject.embargo_until > now() THEN
    PERFORM claims_refuse_finding('release_not_held', 'the marking or a flag of the record stops release');
  END IF;
  IF subject.finding IN ('unverified', 'in_progress') AND NOT NEW.confirmed_unassessed THEN
    PERFORM claims_refuse_finding('release_unassessed_confirmed', 'an unassessed record needs that sentence confirmed');
  END IF;
  IF NEW.statement_id IS NOT NULL AND EXISTS (
    SELECT 1 FROM claims_rendering r WHERE r.statement_id = NEW.statement_id AND r.withdrawn_at IS NULL
      AND (r.fidelity = 'verbatim' OR (r.fidelity = 'translation' AND r.translator = 'publisher'))
      AND 'exact' IS DISTINCT FROM (
        SELECT k.outcome FROM claims_quotecheck k JOIN sources_capture c ON c.id = k.capture_id
        WHERE k.rendering_id = r.id AND c.source_id = r.source_id ORDER BY c.number DESC LIMIT 1)) THEN
    PERFORM claims_refuse_finding('release_quotes_exact', 'a quotation is not exact in the newest capture');
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0009_review_turns")]

    operations = [migrations.RunSQL(RELEASES, migrations.RunSQL.noop)]
