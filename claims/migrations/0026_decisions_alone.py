"""A finding moves for a decision in its own table and for nothing else; what it rests on and what is out stay.

``claims_move_subject`` works with the rights of the owner. Whoever may name it in a trigger of a temporary table moves
findings by writing there, without a decision and past its rules. A trigger that exists needs nobody's leave to fire.
"""

from django.db import migrations

OF_DECISIONS_ONLY = "REVOKE EXECUTE ON FUNCTION claims_move_subject() FROM PUBLIC"
OF_ANYBODY = "GRANT EXECUTE ON FUNCTION claims_move_subject() TO PUBLIC"

EVIDENCE = """
CREATE FUNCTION claims_evidence_rules() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM claims_decision WHERE assessment_id = NEW.assessment_id) THEN
    RAISE EXCEPTION 'it was decided on what was cited by then'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_before_decision';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER evidence_rules BEFORE INSERT ON claims_evidence FOR EACH ROW EXECUTE FUNCTION claims_evidence_rules();
"""
NO_EVIDENCE_RULES = "DROP TRIGGER evidence_rules ON claims_evidence; DROP FUNCTION claims_evidence_rules()"

RECORDS = (
    "claims_statement",
    "claims_incident",
    "claims_mediaitem",
    "claims_commentrequest",
    "claims_place",
    "claims_publishedrecord",
)


def never_deleted(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION harmtracker_refuse_change()",
        f"DROP TRIGGER never_deleted ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("claims", "0025_token_use_unlogged")]

    operations = [
        migrations.RunSQL(OF_DECISIONS_ONLY, OF_ANYBODY),
        migrations.RunSQL(EVIDENCE, NO_EVIDENCE_RULES),
        *map(never_deleted, RECORDS),
    ]
