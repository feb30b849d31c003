"""The attribution of a quotation stands in the captured text; an alarm is answered by a person and stays."""

from django.db import migrations

RULES = """
CREATE FUNCTION claims_attribution_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.attribution_start IS NOT NULL THEN
    PERFORM claims_check_span(
      NEW.capture_id, NEW.source_id, NEW.attribution_exact, NEW.attribution_start, NEW.attribution_end, NEW.text_sha256);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER attribution_rules BEFORE INSERT ON claims_rendering
  FOR EACH ROW EXECUTE FUNCTION claims_attribution_rules();

CREATE TRIGGER people_only BEFORE UPDATE ON claims_alarm
  FOR EACH ROW EXECUTE FUNCTION harmtracker_refuse_background();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON claims_alarm
  FOR EACH STATEMENT EXECUTE FUNCTION harmtracker_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0004_alarms_and_attributions"), ("sources", "0004_evidence_rules")]

    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
