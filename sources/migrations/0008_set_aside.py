"""Parties can be set aside; and nothing comes to name one that was merged or set aside while it was being written.

Whoever merges or sets aside holds the row locked. The check of a foreign key waits for that, but then asks only whether
the row is still there. So the row is read again, under the lock, before anything comes to name it.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

STANDS = """
CREATE FUNCTION sources_party_stands(key uuid) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE is_gone boolean;
BEGIN
  SELECT merged_into_id IS NOT NULL OR set_aside_at IS NOT NULL INTO is_gone
    FROM sources_party WHERE id = key FOR KEY SHARE;
  IF is_gone THEN
    RAISE EXCEPTION 'this party was merged into another one, or set aside'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'party_stands';
  END IF;
END $$;

CREATE FUNCTION sources_source_names() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.publisher_id IS DISTINCT FROM OLD.publisher_id THEN PERFORM sources_party_stands(NEW.publisher_id); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER names_what_stands BEFORE INSERT OR UPDATE OF publisher_id ON sources_source
  FOR EACH ROW EXECUTE FUNCTION sources_source_names();

CREATE FUNCTION sources_affiliation_names() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.party_id IS DISTINCT FROM OLD.party_id THEN PERFORM sources_party_stands(NEW.party_id); END IF;
  IF NEW.body_id IS DISTINCT FROM OLD.body_id THEN PERFORM sources_party_stands(NEW.body_id); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER names_what_stands BEFORE INSERT OR UPDATE OF party_id, body_id ON sources_affiliation
  FOR EACH ROW EXECUTE FUNCTION sources_affiliation_names();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('harmtracker', '0010_lane_of_webhooks'),
        ('sources', '0007_reviewed_sources'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='party',
            name='set_aside_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='party',
            name='set_aside_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='party',
            name='set_aside_reason',
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('set_aside_at__isnull', True), ('set_aside_by__isnull', True), ('set_aside_reason', '')), models.Q(('set_aside_at__isnull', False), ('set_aside_by__isnull', False), models.Q(('set_aside_reason', ''), _negated=True)), _connector='OR'), name='party_set_aside_whole'),
        ),
        migrations.RunSQL(STANDS, migrations.RunSQL.noop),
    ]
