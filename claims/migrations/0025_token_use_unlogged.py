from django.db import migrations

# Counts of the minute that runs are worth nothing after a crash, which empties such a table; and no answer then waits
# until the disk has them.
UNLOGGED = "ALTER TABLE claims_tokenuse SET UNLOGGED"
LOGGED = "ALTER TABLE claims_tokenuse SET LOGGED"


class Migration(migrations.Migration):
    dependencies = [("claims", "0024_set_aside")]

    operations = [migrations.RunSQL(UNLOGGED, LOGGED)]
