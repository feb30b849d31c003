"""How a finding comes about: what a decision must satisfy, and how it moves the subject. Plain SQL triggers."""

from django.db import migrations

MOVES = """
CREATE FUNCTION claims_is_conclusion(finding text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT finding IN ('could_not_confirm', 'partly_corroborated', 'corroborated', 'verified', 'contradicted', 'refuted',
                     'not_checkable')
$$;

CREATE FUNCTION claims_move_allowed(stage text, finding text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN stage = 'unverified' THEN finding IN ('in_progress', 'not_checkable')
    WHEN stage = 'in_progress' THEN finding = 'unverified' OR public.claims_is_conclusion(finding)
    WHEN stage = 'withdrawn' THEN finding = 'in_progress'
    ELSE finding IN ('in_progress', 'withdrawn')
      OR (stage = 'partly_corroborated' AND finding IN ('corroborated', 'contradicted'))
      OR (stage = 'corroborated' AND finding IN ('verified', 'contradicted'))
      OR (stage = 'contradicted' AND finding = 'refuted')
  END
$$;

CREATE FUNCTION claims_refuse_finding(rule text, why text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', why USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END $$;

-- The subject of an assessment as one row, whatever its table. Locks it: decisions on one subject wait for each other.
CREATE FUNCTION claims_lock_subject(proposal claims_assessment)
RETURNS TABLE (id uuid, version integer, stage text, finding text, standing_id uuid)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF proposal.statement_id IS NOT NULL THEN
    RETURN QUERY SELECT s.id, s.version, s.stage::text, s.finding::text, s.standing_id FROM claims_statement s
      WHERE s.id = proposal.statement_id FOR UPDATE;
  ELSIF proposal.incident_id IS NOT NULL THEN
    RETURN QUERY SELECT s.id, s.version, s.stage::text, s.finding::text, s.standing_id FROM claims_incident s
      WHERE s.id = proposal.incident_id FOR UPDATE;
  ELSE
    RETURN QUERY SELECT s.id, s.version, s.stage::text, s.finding::text, s.standing_id FROM claims_mediaitem s
      WHERE s.id = proposal.media_item_id FOR UPDATE;
  END IF;
END $$;

-- Where a finding on an aspect other than the headline stands: the newest approved one.
CREATE FUNCTION claims_aspect_stage(proposal claims_assessment) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce((
    SELECT a.finding FROM claims_assessment a JOIN claims_decision d ON d.assessment_id = a.id AND d.kind = 'approve'
    WHERE a.aspect = proposal.aspect
      AND (a.statement_id, a.incident_id, a.media_item_id)
          IS NOT DISTINCT FROM (proposal.statement_id, proposal.incident_id, proposal.media_item_id)
    ORDER BY d.decided_at DESC, d.id DESC LIMIT 1), 'unverified')
$$;
"""

EVIDENCE = """
-- The origins of the evidence that carries a finding: for it, or against it where it is refuted. Pasted and uploaded
-- captures count once a second person has compared them with the publication.
CREATE FUNCTION claims_evidence_origins(proposal claims_assessment) RETURNS integer LANGUAGE sql STABLE
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
  LEFT JOIN sources_capture c ON c.id = used.capture_id
  WHERE used.source_id IS NOT NULL AND (c.id IS NULL OR c.obtained = 'fetched'
    OR EXISTS (SELECT 1 FROM sources_capturecomparison k WHERE k.capture_id = c.id))
$$;

-- Everyone who made or edited what the finding rests on: the subject, its words and the cited evidence.
CREATE FUNCTION claims_hands(proposal claims_assessment) RETURNS SETOF uuid LANGUAGE sql STABLE
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
    WHERE event.subject_id IN (SELECT id FROM things) AND event.verb ~ '[.](created|edited|added|withdrawn|restored)$'
$$;

-- Accused parties nobody ever asked: none may be left before verified or refuted.
CREATE FUNCTION claims_unasked(proposal claims_assessment) RETURNS SETOF uuid LANGUAGE sql STABLE
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
        SELECT 1 FROM claims_commentrequestevent e WHERE e.request_id = q.id AND e.outcome IN (
          'declined', 'no_response_by_deadline', 'undeliverable', 'referred', 'replied_denied', 'replied_substantive',
          'replied_partial', 'replied_not_for_publication'))))
$$;
"""

DECISIONS = """
CREATE FUNCTION claims_decision_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE proposal claims_assessment; subject record; stage text; role text; weighty boolean;
BEGIN
  SELECT * INTO proposal FROM claims_assessment WHERE id = NEW.assessment_id;
  SELECT * INTO subject FROM claims_lock_subject(proposal);
  SELECT u.role INTO role FROM harmtracker_user u WHERE u.id = NEW.decided_by_id AND u.is_active;
  IF NEW.kind <> 'approve' THEN
    IF role IS NULL OR role NOT IN ('analyst', 'editor') OR (role = 'analyst' AND NEW.kind = 'send_back') THEN
      PERFORM claims_refuse_finding('decision_by_editor', 'an editor decides on a proposal');
    END IF;
    IF NEW.kind = 'withdraw' AND NEW.decided_by_id <> proposal.proposed_by_id THEN
      PERFORM claims_refuse_finding('decision_withdraw_own', 'a proposal is withdrawn by who made it');
    END IF;
    RETURN NEW;
  END IF;
  stage := CASE WHEN proposal.aspect = 'occurrence' THEN subject.stage ELSE claims_aspect_stage(proposal) END;
  IF stage <> proposal.moves_from THEN
    PERFORM claims_refuse_finding('decision_stage_moved', 'the finding has moved since this was proposed');
  END IF;
  IF NOT claims_move_allowed(stage, proposal.finding) THEN
    PERFORM claims_refuse_finding('decision_move_allowed', format('%s cannot follow %s', proposal.finding, stage));
  END IF;
  IF subject.version <> proposal.subject_version THEN
    PERFORM claims_refuse_finding('decision_subject_unchanged', 'the record was changed after this was proposed');
  END IF;
  IF role IS NULL OR role NOT IN ('analyst', 'editor')
     OR (role = 'analyst' AND proposal.finding NOT IN ('in_progress', 'unverified')) THEN
    PERFORM claims_refuse_finding('decision_by_editor', 'an editor concludes');
  END IF;
  weighty := proposal.finding IN ('verified', 'refuted')
    OR (proposal.finding = 'withdrawn' AND stage IN ('verified', 'refuted'));
  IF weighty AND EXISTS (SELECT 1 FROM claims_hands(proposal) hand WHERE hand = NEW.decided_by_id) THEN
    PERFORM claims_refuse_finding('decision_second_person',
      'who proposed it, or made or edited what it rests on, cannot approve it');
  END IF;
  IF proposal.finding IN ('corroborated', 'verified', 'refuted') AND claims_evidence_origins(proposal) < 2 THEN
    PERFORM claims_refuse_finding('decision_two_origins', 'the evidence comes from fewer than two origins');
  END IF;
  IF proposal.finding IN ('verified', 'refuted') AND EXISTS (SELECT 1 FROM claims_unasked(proposal)) THEN
    PERFORM claims_refuse_finding('decision_accused_was_asked', 'an accused party was never asked for its side');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER decision_rules BEFORE INSERT ON claims_decision
  FOR EACH ROW EXECUTE FUNCTION claims_decision_rules();

-- A finding proposed about an aspect other than the headline moves no column: queries read it from the assessments.
-- Runs as the owner of the tables: that is how the guard of the finding columns knows it.
CREATE FUNCTION claims_move_subject() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  proposal claims_assessment; subject record;
  new_finding text; new_stage text; new_standing uuid; since timestamptz; why text := ''; target text;
BEGIN
  IF NEW.kind <> 'approve' THEN RETURN NULL; END IF;
  SELECT * INTO proposal FROM claims_assessment WHERE id = NEW.assessment_id;
  IF proposal.aspect <> 'occurrence' THEN RETURN NULL; END IF;
  SELECT * INTO subject FROM claims_lock_subject(proposal);
  new_stage := proposal.finding;
  IF claims_is_conclusion(proposal.finding) THEN
    new_finding := proposal.finding; new_standing := proposal.id;
  ELSIF proposal.finding = 'withdrawn' THEN
    new_finding := 'withdrawn'; new_standing := NULL;
  ELSIF subject.standing_id IS NULL THEN
    new_finding := proposal.finding; new_standing := NULL;
  ELSIF proposal.finding = 'in_progress' THEN
    -- Re-examination leaves the conclusion in force.
    new_finding := subject.finding; new_standing := subject.standing_id; since := NEW.decided_at; why := proposal.reasons;
  ELSE
    new_finding := subject.finding; new_standing := subject.standing_id; new_stage := subject.finding;
  END IF;
  target := CASE WHEN proposal.statement_id IS NOT NULL THEN 'claims_statement'
                 WHEN proposal.incident_id IS NOT NULL THEN 'claims_incident' ELSE 'claims_mediaitem' END;
  EXECUTE format('UPDATE %I SET finding = $1, stage = $2, standing_id = $3, under_review_since = $4,
                  under_review_reason = $5 WHERE id = $6', target)
    USING new_finding, new_stage, new_standing, since, why, subject.id;
  RETURN NULL;
END $$;
CREATE TRIGGER move_subject AFTER INSERT ON claims_decision
  FOR EACH ROW EXECUTE FUNCTION claims_move_subject();
"""

RELEASES = """
CREATE FUNCTION claims_release_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
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
        WHERE k.rendering_id = r.id ORDER BY c.number DESC LIMIT 1)) THEN
    PERFORM claims_refuse_finding('release_quotes_exact', 'a quotation is not exact in the newest capture');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER release_rules BEFORE INSERT ON claims_release
  FOR EACH ROW EXECUTE FUNCTION claims_release_rules();
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0002_rules")]

    operations = [
        migrations.RunSQL(MOVES, migrations.RunSQL.noop),
        migrations.RunSQL(EVIDENCE, migrations.RunSQL.noop),
        migrations.RunSQL(DECISIONS, migrations.RunSQL.noop),
        migrations.RunSQL(RELEASES, migrations.RunSQL.noop),
    ]
