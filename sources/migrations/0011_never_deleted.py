"""Parties and sources are set aside, merged or withdrawn, and never deleted, as the records of claims are."""

from django.db import migrations

TABLES = ("sources_party", "sources_source")


def never_deleted(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION harmtracker_refuse_change()",
        f"DROP TRIGGER never_deleted ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("sources", "0010_rendered_pages")]

    operations = list(map(never_deleted, TABLES))
