"""Ties between parties can be withdrawn, with a reason, and put back. One that is withdrawn ties nobody.

Put back, it names its two ends anew: they have to stand, neither merged into another party nor set aside meanwhile.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TIED = """
CREATE OR REPLACE FUNCTION sources_acts_for(party uuid, body uuid, day date) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  WITH RECURSIVE upwards(id) AS (
    SELECT party
    UNION
    SELECT tie.body_id FROM sources_affiliation tie JOIN upwards ON upwards.id = tie.party_id
    WHERE tie.withdrawn_at IS NULL
      AND (day IS NULL OR (coalesce(tie.since, day) <= day AND coalesce(tie.until, day) >= day))
  )
  SELECT EXISTS (SELECT 1 FROM upwards WHERE id = body)
$$;

CREATE OR REPLACE FUNCTION sources_affiliation_names() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  comes_to_stand boolean := NEW.withdrawn_at IS NULL AND (TG_OP = 'INSERT' OR OLD.withdrawn_at IS NOT NULL);
BEGIN
  IF comes_to_stand OR NEW.party_id IS DISTINCT FROM OLD.party_id THEN
    PERFORM sources_party_stands(NEW.party_id);
  END IF;
  IF comes_to_stand OR NEW.body_id IS DISTINCT FROM OLD.body_id THEN
    PERFORM sources_party_stands(NEW.body_id);
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER names_what_stands ON sources_affiliation;
CREATE TRIGGER names_what_stands BEFORE INSERT OR UPDATE OF party_id, body_id, withdrawn_at ON sources_affiliation
  FOR EACH ROW EXECUTE FUNCTION sources_affiliation_names();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('sources', '0008_set_aside'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='affiliation',
            name='withdrawn_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='affiliation',
            name='withdrawn_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='affiliation',
            name='withdrawn_reason',
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.RemoveConstraint(model_name='affiliation', name='affiliation_once'),
        migrations.AddConstraint(
            model_name='affiliation',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('party', 'body', 'kind', 'since'), name='affiliation_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='affiliation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True), ('withdrawn_reason', '')), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_reason', ''), _negated=True)), _connector='OR'), name='affiliation_withdrawn_with_reason'),
        ),
        migrations.RunSQL(TIED, migrations.RunSQL.noop),
    ]
