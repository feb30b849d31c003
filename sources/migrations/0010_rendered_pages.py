"""What a browser showed of a captured page: put down once, before the capture has its outcome and its manifest."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

RULES = """
CREATE FUNCTION sources_renderedpage_rules() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM sources_capture WHERE id = NEW.capture_id AND outcome <> '') THEN
    RAISE EXCEPTION 'nothing is added to a capture that has its outcome' USING ERRCODE = 'restrict_violation',
      CONSTRAINT = 'rendered_page_before_outcome';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rendered_page_rules BEFORE INSERT ON sources_renderedpage
  FOR EACH ROW EXECUTE FUNCTION sources_renderedpage_rules();

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sources_renderedpage
  FOR EACH STATEMENT EXECUTE FUNCTION harmtracker_refuse_change();
"""


def take_rights_away(apps, schema_editor):
    app, owner = settings.DATABASE_APP_ROLE, settings.DATABASE_OWNER_ROLE
    if app != owner:
        schema_editor.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON sources_renderedpage FROM "{app}"')


class Migration(migrations.Migration):

    dependencies = [
        ('sources', '0009_withdrawn_ties'),
    ]

    operations = [
        migrations.CreateModel(
            name='RenderedPage',
            fields=[
                ('capture', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='rendered', serialize=False, to='sources.capture')),
                ('end', models.CharField(choices=[('made', 'Rendered'), ('no_page', 'Nothing to render'), ('not_possible', 'Not possible here'), ('refused', 'Not reached by the browser'), ('too_long', 'Took too long'), ('too_large', 'Too large'), ('broken', 'Browser failed')], max_length=20)),
                ('detail', models.CharField(blank=True, max_length=300)),
                ('address', models.TextField()),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField()),
                ('browser', models.CharField(blank=True, max_length=100)),
                ('asked', models.JSONField(default=dict)),
                ('page', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sources.blob')),
                ('picture', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sources.blob')),
                ('words', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sources.blob')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('end__in', ['made', 'no_page', 'not_possible', 'refused', 'too_long', 'too_large', 'broken'])), name='rendered_page_end_known'), models.CheckConstraint(condition=models.Q(('ended_at__gte', models.F('began_at'))), name='rendered_page_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('end', 'made'), ('page__isnull', False), ('picture__isnull', False)), models.Q(models.Q(('end', 'made'), _negated=True), ('page', None), ('picture', None), ('words', None)), _connector='OR'), name='rendered_page_is_held')],
            },
        ),
        migrations.RunSQL(RULES, migrations.RunSQL.noop),
        migrations.RunPython(take_rights_away, migrations.RunPython.noop),
    ]
