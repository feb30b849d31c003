"""Places can be set aside; and nothing comes to name a party, place or incident that was merged or set aside meanwhile.

Why a trigger beside the foreign key: see 0008 of sources.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

STANDS = """
CREATE FUNCTION claims_place_stands(key uuid) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE is_gone boolean;
BEGIN
  SELECT merged_into_id IS NOT NULL OR set_aside_at IS NOT NULL INTO is_gone
    FROM claims_place WHERE id = key FOR KEY SHARE;
  IF is_gone THEN
    RAISE EXCEPTION 'this place was merged into another one, or set aside'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'place_stands';
  END IF;
END $$;

CREATE FUNCTION claims_incident_stands(key uuid) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE is_gone boolean;
BEGIN
  SELECT merged_into_id IS NOT NULL INTO is_gone FROM claims_incident WHERE id = key FOR KEY SHARE;
  IF is_gone THEN
    RAISE EXCEPTION 'this incident was merged into another one'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_stands';
  END IF;
END $$;
"""
NAMED = {  # the columns of each table that name a party, a place or an incident, and what asks whether that stands
    "claims_statement": {"party_id": "sources_party", "on_behalf_of_id": "sources_party"},
    "claims_accusation": {"party_id": "sources_party"},
    "claims_statementincident": {"incident_id": "claims_incident"},
    "claims_incident": {"place_id": "claims_place"},
    "claims_figure": {"incident_id": "claims_incident"},
    "claims_outsidenote": {"party_id": "sources_party", "incident_id": "claims_incident"},
    "claims_commentrequest": {
        "asked_by_id": "sources_party",
        "party_id": "sources_party",
        "incident_id": "claims_incident",
    },
    "claims_assessment": {"incident_id": "claims_incident"},
}


def asks(table: str, columns: dict[str, str]) -> str:
    """The trigger of one table. NULL names nothing, and OLD is NULL when a row is new."""
    lines = "".join(
        f"  IF NEW.{column} IS DISTINCT FROM OLD.{column} THEN PERFORM {named}_stands(NEW.{column}); END IF;\n"
        for column, named in columns.items()
    )
    return f"""
CREATE FUNCTION {table}_names() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
{lines}  RETURN NEW;
END $$;
CREATE TRIGGER names_what_stands BEFORE INSERT OR UPDATE OF {", ".join(columns)} ON {table}
  FOR EACH ROW EXECUTE FUNCTION {table}_names();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('claims', '0023_sources_behind_statements'),
        ('sources', '0008_set_aside'),
        ('harmtracker', '0010_lane_of_webhooks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='place',
            name='set_aside_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='place',
            name='set_aside_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='place',
            name='set_aside_reason',
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('set_aside_at__isnull', True), ('set_aside_by__isnull', True), ('set_aside_reason', '')), models.Q(('set_aside_at__isnull', False), ('set_aside_by__isnull', False), models.Q(('set_aside_reason', ''), _negated=True)), _connector='OR'), name='place_set_aside_whole'),
        ),
        migrations.RunSQL(STANDS, migrations.RunSQL.noop),
        *(migrations.RunSQL(asks(table, columns), migrations.RunSQL.noop) for table, columns in NAMED.items()),
    ]
