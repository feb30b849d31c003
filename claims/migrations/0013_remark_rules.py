"""The words of a remark never change; it is taken back once. Remarks and assignments are people's doing."""

from django.db import migrations

RULES = """
CREATE FUNCTION claims_remark_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.words <> OLD.words OR NEW.subject_kind <> OLD.subject_kind
     OR NEW.created_by_id <> OLD.created_by_id OR NEW.created_at <> OLD.created_at THEN
    RAISE EXCEPTION 'the words of a remark never change'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'remark_words_never_change';
  END IF;
  IF OLD.taken_back_at IS NOT NULL AND NEW.taken_back_at IS DISTINCT FROM OLD.taken_back_at THEN
    RAISE EXCEPTION 'a remark is taken back once'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'remark_taken_back_once';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER remark_rules BEFORE UPDATE ON claims_remark FOR EACH ROW EXECUTE FUNCTION claims_remark_rules();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON claims_remark
  FOR EACH STATEMENT EXECUTE FUNCTION harmtracker_refuse_change();
CREATE TRIGGER people_only BEFORE INSERT OR UPDATE ON claims_remark
  FOR EACH ROW EXECUTE FUNCTION harmtracker_refuse_background();
CREATE TRIGGER people_only BEFORE INSERT OR UPDATE ON claims_assignment
  FOR EACH ROW EXECUTE FUNCTION harmtracker_refuse_background();
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0012_ready_documents"), ("harmtracker", "0007_how_people_work")]

    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
