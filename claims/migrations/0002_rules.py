"""What must stay true of statements, links, findings and releases, whoever writes. Plain SQL triggers.

Every rule is quoted from the domain note; each has a test in tests/claims/test_rules_*.py that tries to break it.
"""

from django.conf import settings
from django.db import migrations

APPEND_ONLY = (
    "claims_quotecheck", "claims_assessment", "claims_evidence", "claims_decision", "claims_commentrequestevent",
    "claims_release", "claims_releasewithdrawal", "claims_releaseddocument", "claims_partnerread",
)  # fmt: skip
PEOPLE_ONLY = (
    "claims_assessment", "claims_evidence", "claims_decision", "claims_release", "claims_releasewithdrawal",
    "claims_releaseddocument", "claims_publishedrecord",
)  # fmt: skip
MARKED = (
    "claims_place", "claims_incident", "claims_statement", "claims_mediaitem", "claims_outsidenote",
    "claims_commentrequest",
)  # fmt: skip
ASSESSED = ("claims_incident", "claims_statement", "claims_mediaitem")
# They are withdrawn or removed, with who, when and why, and stay.
NEVER_DELETED = ("claims_rendering", "claims_link", "claims_figure", "claims_outsidenote")

WORDS = """
-- The words of a rendering or note are the captured words at that place, and not in text no reader saw.
CREATE FUNCTION claims_check_span(capture uuid, source uuid, words text, first integer, last integer, digest text)
RETURNS void LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE held record;
BEGIN
  SELECT text, text_sha256, source_id, flags INTO held FROM sources_capture WHERE id = capture;
  IF held.source_id IS DISTINCT FROM source THEN
    RAISE EXCEPTION 'the capture belongs to another source' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'span_capture_of_source';
  END IF;
  IF held.text_sha256 IS DISTINCT FROM digest OR substr(held.text, first + 1, last - first) IS DISTINCT FROM words THEN
    RAISE EXCEPTION 'these words do not stand there in the captured text' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'span_words_are_captured';
  END IF;
  IF EXISTS (SELECT 1 FROM jsonb_array_elements(held.flags) flag
             WHERE flag->>'flag' = 'hidden' AND (flag->>'start')::int < last AND (flag->>'end')::int > first) THEN
    RAISE EXCEPTION 'a quotation cannot be anchored in hidden text' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'span_not_hidden';
  END IF;
END $$;

CREATE FUNCTION claims_rendering_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (to_jsonb(NEW) - '{withdrawn_at,withdrawn_by_id,withdrawn_reason,version}'::text[])
       IS DISTINCT FROM (to_jsonb(OLD) - '{withdrawn_at,withdrawn_by_id,withdrawn_reason,version}'::text[]) THEN
      RAISE EXCEPTION 'the words of a rendering never change; add another one' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.capture_id IS NOT NULL AND NEW.start IS NULL
     AND NOT EXISTS (SELECT 1 FROM sources_capture WHERE id = NEW.capture_id AND source_id = NEW.source_id) THEN
    RAISE EXCEPTION 'the capture belongs to another source' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'span_capture_of_source';
  END IF;
  IF NEW.start IS NOT NULL THEN
    PERFORM claims_check_span(NEW.capture_id, NEW.source_id, NEW.exact, NEW.start, NEW."end", NEW.text_sha256);
  END IF;
  IF NEW.translates_id IS NOT NULL
     AND (SELECT statement_id FROM claims_rendering WHERE id = NEW.translates_id) IS DISTINCT FROM NEW.statement_id THEN
    RAISE EXCEPTION 'a translation belongs to the statement it translates' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'rendering_translates_same_statement';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rendering_rules BEFORE INSERT OR UPDATE ON claims_rendering
  FOR EACH ROW EXECUTE FUNCTION claims_rendering_rules();

CREATE FUNCTION claims_note_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.wording, NEW.start, NEW."end", NEW.capture_id)
     IS DISTINCT FROM (OLD.wording, OLD.start, OLD."end", OLD.capture_id) THEN
    RAISE EXCEPTION 'the words of a note never change; add another one' USING ERRCODE = 'restrict_violation';
  END IF;
  PERFORM claims_check_span(NEW.capture_id, NEW.source_id, NEW.wording, NEW.start, NEW."end", NEW.text_sha256);
  RETURN NEW;
END $$;
CREATE TRIGGER note_rules BEFORE INSERT OR UPDATE ON claims_outsidenote
  FOR EACH ROW EXECUTE FUNCTION claims_note_rules();
"""

STATEMENTS = """
-- At commit: a statement has words and an incident, and an allegation accuses someone or says that it names nobody.
CREATE FUNCTION claims_statement_whole() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE said record; whose uuid[]; one uuid;
BEGIN
  -- A row moved to another statement leaves one behind: both have to be whole.
  IF TG_TABLE_NAME = 'claims_statement' THEN whose := ARRAY[NEW.id];
  ELSE whose := ARRAY[NEW.statement_id, OLD.statement_id]; END IF;
  FOREACH one IN ARRAY whose LOOP
    SELECT id, kind, names_nobody INTO said FROM claims_statement WHERE id = one;
    CONTINUE WHEN NOT FOUND;
    IF NOT EXISTS (SELECT 1 FROM claims_rendering WHERE statement_id = said.id) THEN
      RAISE EXCEPTION 'a statement has words' USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_has_rendering';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM claims_statementincident WHERE statement_id = said.id) THEN
      RAISE EXCEPTION 'a statement is about an incident' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'statement_has_incident';
    END IF;
    IF said.kind = 'allegation'
       AND said.names_nobody = EXISTS (SELECT 1 FROM claims_accusation WHERE statement_id = said.id) THEN
      RAISE EXCEPTION 'an allegation accuses someone or says that it names nobody' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'statement_allegation_accuses';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER statement_whole AFTER INSERT OR UPDATE OF kind, names_nobody ON claims_statement
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION claims_statement_whole();
CREATE CONSTRAINT TRIGGER statement_whole AFTER INSERT OR UPDATE OR DELETE ON claims_accusation
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION claims_statement_whole();
CREATE CONSTRAINT TRIGGER statement_whole AFTER UPDATE OR DELETE ON claims_statementincident
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION claims_statement_whole();
"""

LINKS = """
CREATE FUNCTION claims_refuse_link(rule text, why text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', why USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END $$;

-- Where a statement's words come from: the origins of its renderings' sources.
CREATE FUNCTION claims_origins(statement uuid) RETURNS SETOF uuid LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT sources_origin(source_id) FROM claims_rendering
  WHERE statement_id = statement AND source_id IS NOT NULL AND withdrawn_at IS NULL
$$;

CREATE FUNCTION claims_link_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE actor record; target record; day date; same_voice boolean;
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.from_statement_id, NEW.to_statement_id, NEW.type)
     IS DISTINCT FROM (OLD.from_statement_id, OLD.to_statement_id, OLD.type) THEN
    PERFORM claims_refuse_link('link_ends_fixed', 'the ends and the kind of a link never change; remove it and add another');
  END IF;
  IF NEW.removed_at IS NOT NULL THEN RETURN NEW; END IF;
  -- One link at a time: two at once could close a circle that neither sees.
  PERFORM pg_advisory_xact_lock(4712);
  SELECT * INTO actor FROM claims_statement WHERE id = NEW.from_statement_id;
  SELECT * INTO target FROM claims_statement WHERE id = NEW.to_statement_id;
  -- The day where it was said: midnight in Kyiv is still the day before in UTC.
  day := (actor.said_start AT TIME ZONE actor.said_zone)::date;
  same_voice := sources_acts_for(actor.party_id, target.party_id, day)
             OR sources_acts_for(target.party_id, actor.party_id, day);
  IF NEW.type IN ('corrects', 'retracts', 'supersedes') THEN
    IF NOT same_voice THEN
      PERFORM claims_refuse_link('link_same_voice', 'only the same party, or one that acts for it, does this');
    END IF;
    IF actor.said_end < target.said_start THEN
      PERFORM claims_refuse_link('link_not_earlier', 'an earlier statement cannot do this to a later one');
    END IF;
  END IF;
  IF NEW.type IN ('corrects', 'retracts', 'supersedes', 'repeats') AND EXISTS (
    WITH RECURSIVE onwards(id) AS (
      SELECT NEW.to_statement_id
      UNION
      SELECT link.to_statement_id FROM claims_link link JOIN onwards ON onwards.id = link.from_statement_id
      WHERE link.type = NEW.type AND link.removed_at IS NULL AND link.id <> NEW.id
    ) SELECT 1 FROM onwards WHERE id = NEW.from_statement_id) THEN
    PERFORM claims_refuse_link('link_no_circle', 'this would close a circle');
  END IF;
  IF NEW.type = 'refutes' AND actor.kind <> 'finding' THEN
    PERFORM claims_refuse_link('link_refutes_by_finding', 'only a finding by a body refutes; a denial does not');
  END IF;
  IF NEW.type = 'corroborates' THEN
    IF same_voice THEN
      PERFORM claims_refuse_link('link_corroborates_other_party', 'a party does not corroborate itself');
    END IF;
    IF EXISTS (SELECT claims_origins(actor.id) INTERSECT SELECT claims_origins(target.id)) THEN
      PERFORM claims_refuse_link('link_corroborates_other_origin', 'both rest on the same origin');
    END IF;
  END IF;
  IF NEW.basis = 'explicit' AND NOT EXISTS (
    SELECT 1 FROM claims_statementincident a JOIN claims_statementincident b USING (incident_id)
    WHERE a.statement_id = actor.id AND b.statement_id = target.id) THEN
    PERFORM claims_refuse_link('link_shares_incident', 'the two share no incident; only an editorial link can tie them');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER link_rules BEFORE INSERT OR UPDATE ON claims_link FOR EACH ROW EXECUTE FUNCTION claims_link_rules();
"""

GUARD = """
-- The finding of a subject is written by the trigger on decisions and by nothing else. That trigger runs as the owner of
-- the tables; being inside some trigger proves nothing, since anyone can put one on a temporary table of their own.
CREATE FUNCTION claims_guard_finding() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.finding <> 'unverified' OR NEW.stage <> 'unverified' OR NEW.standing_id IS NOT NULL
       OR NEW.under_review_since IS NOT NULL THEN
      RAISE EXCEPTION 'a new record is not yet assessed' USING ERRCODE = 'insufficient_privilege';
    END IF;
  ELSIF (pg_trigger_depth() < 2 OR current_user <> (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID))
     AND (NEW.finding, NEW.stage, NEW.standing_id, NEW.under_review_since,
      NEW.under_review_reason)
     IS DISTINCT FROM (OLD.finding, OLD.stage, OLD.standing_id, OLD.under_review_since, OLD.under_review_reason) THEN
    RAISE EXCEPTION 'a finding changes by a decision only' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
"""


def guard_tables(apps, schema_editor):
    app, owner = settings.DATABASE_APP_ROLE, settings.DATABASE_OWNER_ROLE
    for table in APPEND_ONLY:
        schema_editor.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION harmtracker_refuse_change()"
        )
        if app != owner:
            schema_editor.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM "{app}"')
    for table in PEOPLE_ONLY:
        schema_editor.execute(
            f"CREATE TRIGGER people_only BEFORE INSERT OR UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION harmtracker_refuse_background()"
        )
    for table in MARKED:
        schema_editor.execute(
            f"CREATE TRIGGER person_marks BEFORE UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION harmtracker_refuse_background_marking()"
        )
        # Naming somebody on a record is part of its marking.
        schema_editor.execute(
            f"CREATE TRIGGER people_only BEFORE INSERT OR UPDATE OR DELETE ON {table}_named "
            "FOR EACH STATEMENT EXECUTE FUNCTION harmtracker_refuse_background()"
        )
    for table in NEVER_DELETED:
        schema_editor.execute(
            f"CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION harmtracker_refuse_change()"
        )
    for table in ASSESSED:
        schema_editor.execute(
            f"CREATE TRIGGER guard_finding BEFORE INSERT OR UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION claims_guard_finding()"
        )


class Migration(migrations.Migration):
    dependencies = [("claims", "0001_initial"), ("sources", "0002_rules")]

    operations = [
        migrations.RunSQL(WORDS, migrations.RunSQL.noop),
        migrations.RunSQL(STATEMENTS, migrations.RunSQL.noop),
        migrations.RunSQL(LINKS, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
        migrations.RunPython(guard_tables, migrations.RunPython.noop),
    ]
