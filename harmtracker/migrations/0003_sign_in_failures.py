
import django.db.models.functions.datetime
import harmtracker.identity
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('harmtracker', '0002_chain_and_refusals'),
    ]

    operations = [
        migrations.CreateModel(
            name='SignInFailure',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('address', models.GenericIPAddressField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'indexes': [models.Index(fields=['address', '-at'], name='sign_in_failure_recent')],
            },
        ),
    ]
