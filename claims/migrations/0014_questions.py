import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

KEPT = """
INSERT INTO claims_openproposal (assessment_id, proposed_at)
SELECT id, proposed_at FROM claims_assessment
WHERE NOT EXISTS (SELECT FROM claims_decision WHERE assessment_id = claims_assessment.id);

CREATE FUNCTION claims_keep_open_proposal() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'claims_assessment' THEN
    INSERT INTO claims_openproposal (assessment_id, proposed_at) VALUES (NEW.id, NEW.proposed_at);
  ELSE
    DELETE FROM claims_openproposal WHERE assessment_id = NEW.assessment_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER keep_open_proposal AFTER INSERT ON claims_assessment
FOR EACH ROW EXECUTE FUNCTION claims_keep_open_proposal();
CREATE TRIGGER keep_open_proposal AFTER INSERT ON claims_decision
FOR EACH ROW EXECUTE FUNCTION claims_keep_open_proposal();
"""
NOT_KEPT = """
DROP TRIGGER keep_open_proposal ON claims_decision;
DROP TRIGGER keep_open_proposal ON claims_assessment;
DROP FUNCTION claims_keep_open_proposal();
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0013_remark_rules")]

    operations = [
        migrations.CreateModel(
            name="OpenProposal",
            fields=[
                (
                    "assessment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="open",
                        serialize=False,
                        to="claims.assessment",
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["proposed_at", "assessment"], name="open_proposal_oldest")]},
        ),
        migrations.RunSQL(KEPT, NOT_KEPT),
        migrations.AddIndex(
            "statement",
            models.Index(fields=["created_at", "id"], condition=Q(workflow="in_review"), name="statement_in_review"),
        ),
        migrations.AddIndex(
            "statement",
            models.Index(
                F("party"),
                F("said_start").desc(nulls_last=True),
                include=["id", "tlp", "team", "handling", "said_zone"],
                condition=Q(responsibility_position__isnull=False, lifecycle="current"),
                name="statement_position",
            ),
        ),
        migrations.AddIndex(
            "statement",
            models.Index(
                fields=["-id"],
                condition=Q(kind="denial", finding__in=["contradicted", "refuted"]),
                name="statement_denial_disproved",
            ),
        ),
        migrations.AddIndex("accusation", models.Index(fields=["party", "-id"], name="accusation_by_party")),
        migrations.AddIndex(
            "incident",
            models.Index(fields=["created_at", "id"], condition=Q(workflow="in_review"), name="incident_in_review"),
        ),
        migrations.AddIndex(
            "quotecheck",
            models.Index(
                fields=["-id"],
                condition=Q(outcome__in=("edited", "moved", "missing", "ambiguous")),
                name="quote_check_not_as_quoted",
            ),
        ),
    ]
