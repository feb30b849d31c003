from django.db import migrations

# A line is packed once and sent many times: PostgreSQL needs longer to unpack it, and to fetch it from beside the
# table, than to send it. A page of the table holds two or three lines as they are; those that stand packed stay so
# until they are made anew. The number of the event stands in the index, so that whether all are good is asked without
# a look at the lines.
AS_THEY_ARE = """
ALTER TABLE claims_readydocument ALTER COLUMN line SET STORAGE EXTERNAL, ALTER COLUMN cells SET STORAGE EXTERNAL,
  ALTER COLUMN feature SET STORAGE EXTERNAL, SET (toast_tuple_target = 8160);
ALTER TABLE claims_readydocument DROP CONSTRAINT claims_readydocument_pkey,
  ADD CONSTRAINT claims_readydocument_pkey PRIMARY KEY (eyes, record_type, record_id) INCLUDE (seq);
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0018_webhooks")]

    operations = [migrations.RunSQL(AS_THEY_ARE, migrations.RunSQL.noop)]
