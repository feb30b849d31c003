import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import functools
import harmtracker.identity
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('harmtracker', '0001_initial'),
        ('sources', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('subject_version', models.PositiveIntegerField()),
                ('aspect', models.CharField(choices=[('occurrence', 'occurrence'), ('time', 'time'), ('place', 'place'), ('victims', 'victims'), ('number', 'number'), ('responsibility', 'responsibility'), ('means', 'means'), ('intent', 'intent'), ('legal_character', 'legal character'), ('media_authenticity', 'authenticity of media'), ('other', 'other')], default='occurrence', max_length=20)),
                ('moves_from', models.CharField(choices=[('unverified', 'Not yet assessed'), ('in_progress', 'In progress'), ('could_not_confirm', 'Could not independently confirm'), ('partly_corroborated', 'Partly corroborated'), ('corroborated', 'Corroborated'), ('verified', 'Verified'), ('contradicted', 'Contradicted by evidence'), ('refuted', 'Refuted'), ('not_checkable', 'Not a checkable claim'), ('withdrawn', 'Finding withdrawn')], max_length=20)),
                ('finding', models.CharField(choices=[('unverified', 'Not yet assessed'), ('in_progress', 'In progress'), ('could_not_confirm', 'Could not independently confirm'), ('partly_corroborated', 'Partly corroborated'), ('corroborated', 'Corroborated'), ('verified', 'Verified'), ('contradicted', 'Contradicted by evidence'), ('refuted', 'Refuted'), ('not_checkable', 'Not a checkable claim'), ('withdrawn', 'Finding withdrawn')], max_length=20)),
                ('standard_of_proof', models.CharField(choices=[('none', 'none reached'), ('reasonable_suspicion', 'reasonable suspicion'), ('reasonable_grounds', 'reasonable grounds to believe'), ('balance_of_probabilities', 'balance of probabilities'), ('clear_and_convincing', 'clear and convincing evidence'), ('beyond_reasonable_doubt', 'beyond reasonable doubt')], default='none', max_length=26)),
                ('confidence', models.CharField(blank=True, choices=[('low', 'low'), ('moderate', 'moderate'), ('high', 'high')], max_length=10)),
                ('media_authenticity', models.CharField(blank=True, choices=[('undetermined', 'Undetermined'), ('original', 'Original'), ('decontextualised', 'Shown out of context'), ('edited', 'Edited'), ('transformed', 'Transformed'), ('staged', 'Staged'), ('satire', 'Satire')], max_length=18)),
                ('reasons', models.TextField(help_text='For the house: why the evidence leads here.')),
                ('public_wording', models.TextField(blank=True, help_text='What partners read, as it stands.')),
                ('tried', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('no_access', 'No access'), ('no_second_source', 'No second source'), ('sources_not_independent', 'Sources not independent'), ('media_not_geolocatable', 'Media not geolocatable'), ('contradicting_evidence', 'Contradicting evidence'), ('source_withdrawn', 'Source withdrawn'), ('other', 'Other')], max_length=26), blank=True, default=list)),
                ('tried_words', models.TextField(blank=True)),
                ('would_settle', models.TextField(blank=True, help_text='What evidence would settle it.')),
                ('proposed_at', models.DateTimeField(auto_now_add=True)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-proposed_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('tlp', models.CharField(choices=[('CLEAR', 'TLP:CLEAR'), ('GREEN', 'TLP:GREEN'), ('AMBER', 'TLP:AMBER'), ('AMBER_STRICT', 'TLP:AMBER+STRICT'), ('RED', 'TLP:RED')], default='AMBER', max_length=12)),
                ('handling', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('victim_identity', 'Victim identity'), ('minor', 'Minor'), ('witness_identity', 'Witness identity'), ('source_identity', 'Source identity'), ('precise_location', 'Precise location'), ('graphic', 'Graphic'), ('sexual_violence', 'Sexual violence'), ('military_sensitive', 'Military sensitive'), ('sub_judice', 'Sub judice'), ('embargo', 'Embargo'), ('legal_hold', 'Legal hold')], max_length=20), blank=True, default=list)),
                ('embargo_until', models.DateTimeField(blank=True, null=True)),
                ('finding', models.CharField(choices=[('unverified', 'Not yet assessed'), ('in_progress', 'In progress'), ('could_not_confirm', 'Could not independently confirm'), ('partly_corroborated', 'Partly corroborated'), ('corroborated', 'Corroborated'), ('verified', 'Verified'), ('contradicted', 'Contradicted by evidence'), ('refuted', 'Refuted'), ('not_checkable', 'Not a checkable claim'), ('withdrawn', 'Finding withdrawn')], default='unverified', editable=False, max_length=20)),
                ('stage', models.CharField(choices=[('unverified', 'Not yet assessed'), ('in_progress', 'In progress'), ('could_not_confirm', 'Could not independently confirm'), ('partly_corroborated', 'Partly corroborated'), ('corroborated', 'Corroborated'), ('verified', 'Verified'), ('contradicted', 'Contradicted by evidence'), ('refuted', 'Refuted'), ('not_checkable', 'Not a checkable claim'), ('withdrawn', 'Finding withdrawn')], default='unverified', editable=False, max_length=20)),
                ('under_review_since', models.DateTimeField(editable=False, null=True)),
                ('under_review_reason', models.TextField(blank=True, editable=False)),
                ('ref', models.CharField(default=functools.partial(harmtracker.identity.new_ref, 'IN'), editable=False, max_length=12, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('summary', models.TextField(blank=True)),
                ('occurred', models.CharField(blank=True, help_text='EDTF: 2022-03-09, 2022-02-27/2022-03-30~.', max_length=40)),
                ('occurred_start', models.DateTimeField(editable=False, null=True)),
                ('occurred_end', models.DateTimeField(editable=False, null=True)),
                ('occurred_precision', models.CharField(choices=[('instant', 'To the minute'), ('day', 'To the day'), ('few_days', 'Within a few days'), ('week', 'Within a week'), ('month', 'To the month'), ('year', 'To the year'), ('range', 'A longer range'), ('unknown', 'Not stated')], default='unknown', editable=False, max_length=10)),
                ('occurred_zone', models.CharField(default='Europe/Kyiv', help_text='IANA zone of the place.', max_length=40)),
                ('place_as_reported', models.CharField(blank=True, max_length=200)),
                ('place_precision', models.CharField(choices=[('exact', 'Exact'), ('landmark', 'Landmark'), ('neighbourhood', 'Neighbourhood'), ('settlement', 'Settlement'), ('near_settlement', 'Near a settlement'), ('adm3', 'Municipality'), ('adm2', 'District'), ('adm1', 'Region'), ('country', 'Country'), ('other_area', 'Other area')], default='settlement', max_length=16)),
                ('latitude', models.FloatField(blank=True, null=True)),
                ('longitude', models.FloatField(blank=True, null=True)),
                ('harm', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('killing', 'Killing'), ('injury', 'Injury'), ('sexual_violence', 'Sexual violence'), ('torture', 'Torture'), ('detention', 'Detention'), ('abduction', 'Abduction'), ('displacement', 'Displacement'), ('damage_to_hospital', 'Damage to a hospital'), ('damage_to_school', 'Damage to a school'), ('damage_to_home', 'Damage to homes'), ('damage_to_infrastructure', 'Damage to infrastructure'), ('other', 'Other'), ('unknown', 'Not known')], max_length=24), blank=True, default=list)),
                ('means', models.CharField(choices=[('shelling', 'Shelling'), ('missile', 'Missile'), ('air_strike', 'Air strike'), ('drone', 'Drone'), ('mine', 'Mine'), ('small_arms', 'Small arms'), ('execution_style', 'Execution-style'), ('other', 'Other'), ('unknown', 'Not known')], default='unknown', max_length=16)),
                ('workflow', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('changes_requested', 'Changes requested'), ('approved', 'Approved'), ('set_aside', 'Set aside')], default='draft', max_length=18)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='claims.incident')),
                ('named', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('standing', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='claims.assessment')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='harmtracker.team')),
            ],
        ),
        migrations.CreateModel(
            name='CommentRequest',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('tlp', models.CharField(choices=[('CLEAR', 'TLP:CLEAR'), ('GREEN', 'TLP:GREEN'), ('AMBER', 'TLP:AMBER'), ('AMBER_STRICT', 'TLP:AMBER+STRICT'), ('RED', 'TLP:RED')], default='AMBER', max_length=12)),
                ('handling', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('victim_identity', 'Victim identity'), ('minor', 'Minor'), ('witness_identity', 'Witness identity'), ('source_identity', 'Source identity'), ('precise_location', 'Precise location'), ('graphic', 'Graphic'), ('sexual_violence', 'Sexual violence'), ('military_sensitive', 'Military sensitive'), ('sub_judice', 'Sub judice'), ('embargo', 'Embargo'), ('legal_hold', 'Legal hold')], max_length=20), blank=True, default=list)),
                ('embargo_until', models.DateTimeField(blank=True, null=True)),
                ('ref', models.CharField(default=functools.partial(harmtracker.identity.new_ref, 'CR'), editable=False, max_length=12, unique=True)),
                ('question', models.TextField(blank=True)),
                ('state', models.CharField(choices=[('not_sought', 'Not sought'), ('draft', 'Draft'), ('sent', 'Sent')], default='draft', max_length=12)),
                ('not_sought_reason', models.TextField(blank=True)),
                ('channel', models.CharField(blank=True, help_text='How it was asked: e-mail, phone, letter.', max_length=120)),
                ('asked', models.CharField(blank=True, help_text='EDTF.', max_length=40)),
                ('asked_start', models.DateTimeField(editable=False, null=True)),
                ('asked_end', models.DateTimeField(editable=False, null=True)),
                ('asked_precision', models.CharField(choices=[('instant', 'To the minute'), ('day', 'To the day'), ('few_days', 'Within a few days'), ('week', 'Within a week'), ('month', 'To the month'), ('year', 'To the year'), ('range', 'A longer range'), ('unknown', 'Not stated')], default='unknown', editable=False, max_length=10)),
                ('deadline', models.DateTimeField(blank=True, null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='asked_for_comment', to='sources.party')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('named', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comment_requests', to='sources.party')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comment_requests', to='sources.source')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='harmtracker.team')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comment_requests', to='claims.incident')),
            ],
            options={
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.AddField(
            model_name='assessment',
            name='incident',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='claims.incident'),
        ),
        migrations.CreateModel(
            name='MediaItem',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('tlp', models.CharField(choices=[('CLEAR', 'TLP:CLEAR'), ('GREEN', 'TLP:GREEN'), ('AMBER', 'TLP:AMBER'), ('AMBER_STRICT', 'TLP:AMBER+STRICT'), ('RED', 'TLP:RED')], default='AMBER', max_length=12)),
                ('handling', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('victim_identity', 'Victim identity'), ('minor', 'Minor'), ('witness_identity', 'Witness identity'), ('source_identity', 'Source identity'), ('precise_location', 'Precise location'), ('graphic', 'Graphic'), ('sexual_violence', 'Sexual violence'), ('military_sensitive', 'Military sensitive'), ('sub_judice', 'Sub judice'), ('embargo', 'Embargo'), ('legal_hold', 'Legal hold')], max_length=20), blank=True, default=list)),
                ('embargo_until', models.DateTimeField(blank=True, null=True)),
                ('finding', models.CharField(choices=[('unverified', 'Not yet assessed'), ('in_progress', 'In progress'), ('could_not_confirm', 'Could not independently confirm'), ('partly_corroborated', 'Partly corroborated'), ('corroborated', 'Corroborated'), ('verified', 'Verified'), ('contradicted', 'Contradicted by evidence'), ('refuted', 'Refuted'), ('not_checkable', 'Not a checkable claim'), ('withdrawn', 'Finding withdrawn')], default='unverified', editable=False, max_length=20)),
                ('stage', models.CharField(choices=[('unverified', 'Not yet assessed'), ('in_progress', 'In progress'), ('could_not_confirm', 'Could not independently confirm'), ('partly_corroborated', 'Partly corroborated'), ('corroborated', 'Corroborated'), ('verified', 'Verified'), ('contradicted', 'Contradicted by evidence'), ('refuted', 'Refuted'), ('not_checkable', 'Not a checkable claim'), ('withdrawn', 'Finding withdrawn')], default='unverified', editable=False, max_length=20)),
                ('under_review_since', models.DateTimeField(editable=False, null=True)),
                ('under_review_reason', models.TextField(blank=True, editable=False)),
                ('ref', models.CharField(default=functools.partial(harmtracker.identity.new_ref, 'ME'), editable=False, max_length=12, unique=True)),
                ('kind', models.CharField(choices=[('photo', 'Photo'), ('video', 'Video'), ('series', 'Series of pictures')], default='video', max_length=10)),
                ('description', models.CharField(max_length=300)),
                ('first_seen', models.CharField(blank=True, help_text='EDTF.', max_length=40)),
                ('address', models.TextField(blank=True)),
                ('workflow', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('changes_requested', 'Changes requested'), ('approved', 'Approved'), ('set_aside', 'Set aside')], default='draft', max_length=18)),
                ('body', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sources.blob')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('named', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='media_items', to='sources.source')),
                ('standing', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='claims.assessment')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='harmtracker.team')),
            ],
        ),
        migrations.AddField(
            model_name='assessment',
            name='media_item',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='claims.mediaitem'),
        ),
        migrations.CreateModel(
            name='Partner',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('name', models.CharField(max_length=160, unique=True)),
                ('contact', models.CharField(blank=True, max_length=200)),
                ('ceiling', models.CharField(choices=[('CLEAR', 'TLP:CLEAR'), ('GREEN', 'TLP:GREEN'), ('AMBER', 'TLP:AMBER'), ('AMBER_STRICT', 'TLP:AMBER+STRICT'), ('RED', 'TLP:RED')], default='GREEN', max_length=12)),
                ('is_active', models.BooleanField(default=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='PartnerToken',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('public_id', models.CharField(max_length=16, unique=True)),
                ('digest', models.CharField(max_length=64)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), default=list)),
                ('ceiling', models.CharField(choices=[('CLEAR', 'TLP:CLEAR'), ('GREEN', 'TLP:GREEN'), ('AMBER', 'TLP:AMBER'), ('AMBER_STRICT', 'TLP:AMBER+STRICT'), ('RED', 'TLP:RED')], default='GREEN', max_length=12)),
                ('networks', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=43), blank=True, default=list)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('expires_at', models.DateTimeField()),
                ('last_used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tokens', to='claims.partner')),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='PartnerRead',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('endpoint', models.CharField(max_length=200)),
                ('query', models.JSONField(default=dict)),
                ('ceiling', models.CharField(choices=[('CLEAR', 'TLP:CLEAR'), ('GREEN', 'TLP:GREEN'), ('AMBER', 'TLP:AMBER'), ('AMBER_STRICT', 'TLP:AMBER+STRICT'), ('RED', 'TLP:RED')], max_length=12)),
                ('status', models.PositiveSmallIntegerField()),
                ('record_ref', models.CharField(blank=True, help_text='Named for single records above GREEN.', max_length=12)),
                ('token', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reads', to='claims.partnertoken')),
            ],
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('handling', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('victim_identity', 'Victim identity'), ('minor', 'Minor'), ('witness_identity', 'Witness identity'), ('source_identity', 'Source identity'), ('precise_location', 'Precise location'), ('graphic', 'Graphic'), ('sexual_violence', 'Sexual violence'), ('military_sensitive', 'Military sensitive'), ('sub_judice', 'Sub judice'), ('embargo', 'Embargo'), ('legal_hold', 'Legal hold')], max_length=20), blank=True, default=list)),
                ('embargo_until', models.DateTimeField(blank=True, null=True)),
                ('ref', models.CharField(default=functools.partial(harmtracker.identity.new_ref, 'PL'), editable=False, max_length=12, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('precision', models.CharField(choices=[('exact', 'Exact'), ('landmark', 'Landmark'), ('neighbourhood', 'Neighbourhood'), ('settlement', 'Settlement'), ('near_settlement', 'Near a settlement'), ('adm3', 'Municipality'), ('adm2', 'District'), ('adm1', 'Region'), ('country', 'Country'), ('other_area', 'Other area')], default='settlement', help_text='Kind of area.', max_length=16)),
                ('country', models.CharField(blank=True, help_text='ISO 3166-1 alpha-2.', max_length=2)),
                ('adm1_code', models.CharField(blank=True, help_text='ISO 3166-2, such as UA-32.', max_length=6)),
                ('adm1_name', models.CharField(blank=True, max_length=120)),
                ('katottg', models.CharField(blank=True, help_text='Ukrainian code of administrative units.', max_length=19)),
                ('latitude', models.FloatField(blank=True, null=True)),
                ('longitude', models.FloatField(blank=True, null=True)),
                ('tlp', models.CharField(choices=[('CLEAR', 'TLP:CLEAR'), ('GREEN', 'TLP:GREEN'), ('AMBER', 'TLP:AMBER'), ('AMBER_STRICT', 'TLP:AMBER+STRICT'), ('RED', 'TLP:RED')], default='GREEN', max_length=12)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='claims.place')),
                ('named', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='harmtracker.team')),
            ],
            options={
                'ordering': ['name', 'id'],
            },
        ),
        migrations.AddField(
            model_name='incident',
            name='place',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='incidents', to='claims.place'),
        ),
        migrations.CreateModel(
            name='PlaceName',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=200)),
                ('lang', models.CharField(blank=True, max_length=35)),
                ('folded', models.CharField(editable=False, max_length=200)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='names', to='claims.place')),
            ],
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(help_text='The version of the record that was rendered.')),
                ('digest', models.CharField(help_text='SHA-256 of the fullest document, to tell later changes.', max_length=64)),
                ('confirmed_unassessed', models.BooleanField(default=False)),
                ('reason', models.TextField(blank=True)),
                ('released_at', models.DateTimeField(auto_now_add=True)),
                ('incident', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='claims.incident')),
                ('released_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-released_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='ReleasedDocument',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('record_type', models.CharField(choices=[('incident', 'Incident'), ('statement', 'Statement')], max_length=10)),
                ('record_id', models.UUIDField()),
                ('ceiling', models.CharField(choices=[('CLEAR', 'TLP:CLEAR'), ('GREEN', 'TLP:GREEN'), ('AMBER', 'TLP:AMBER'), ('AMBER_STRICT', 'TLP:AMBER+STRICT'), ('RED', 'TLP:RED')], max_length=12)),
                ('scope', models.CharField(choices=[('base', 'base'), ('figures', 'figures'), ('notes', 'notes'), ('ratings', 'ratings'), ('evidence', 'evidence'), ('exact_place', 'exact_place')], default='base', max_length=12)),
                ('document', models.JSONField()),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='claims.release')),
            ],
        ),
        migrations.CreateModel(
            name='ReleaseWithdrawal',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(choices=[('deleted', 'Deleted'), ('merged', 'Merged into another record'), ('out_of_scope', 'Out of scope'), ('withdrawn', 'Withdrawn'), ('legal_removal', 'Removed for legal reasons'), ('error', 'Released in error')], max_length=14)),
                ('reason', models.TextField()),
                ('withdrawn_at', models.DateTimeField(auto_now_add=True)),
                ('release', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='claims.release')),
                ('withdrawn_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='PublishedRecord',
            fields=[
                ('record_id', models.UUIDField(primary_key=True, serialize=False)),
                ('record_type', models.CharField(choices=[('incident', 'Incident'), ('statement', 'Statement')], max_length=10)),
                ('tlp', models.CharField(choices=[('CLEAR', 'TLP:CLEAR'), ('GREEN', 'TLP:GREEN'), ('AMBER', 'TLP:AMBER'), ('AMBER_STRICT', 'TLP:AMBER+STRICT'), ('RED', 'TLP:RED')], max_length=12)),
                ('released_tlp', models.CharField(choices=[('CLEAR', 'TLP:CLEAR'), ('GREEN', 'TLP:GREEN'), ('AMBER', 'TLP:AMBER'), ('AMBER_STRICT', 'TLP:AMBER+STRICT'), ('RED', 'TLP:RED')], help_text='Marking when it was released.', max_length=12)),
                ('is_held', models.BooleanField(default=False, help_text='A flag raised after release stops it from being shown.')),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='claims.release')),
                ('withdrawal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='claims.releasewithdrawal')),
            ],
        ),
        migrations.CreateModel(
            name='Rendering',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('lang', models.CharField(help_text='BCP 47.', max_length=35)),
                ('text', models.TextField()),
                ('fidelity', models.CharField(choices=[('verbatim', 'Verbatim'), ('translation', 'Translation'), ('paraphrase', 'Paraphrase'), ('summary', 'Summary')], max_length=12)),
                ('translator', models.CharField(blank=True, choices=[('speaker', 'the speaker'), ('publisher', 'the publisher'), ('tracker_human', 'us, a person'), ('tracker_machine', 'us, a machine')], max_length=16)),
                ('exact', models.TextField(blank=True)),
                ('prefix', models.TextField(blank=True)),
                ('suffix', models.TextField(blank=True)),
                ('start', models.PositiveIntegerField(null=True)),
                ('end', models.PositiveIntegerField(null=True)),
                ('text_sha256', models.CharField(blank=True, help_text='Hash of the captured text quoted from.', max_length=64)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_reason', models.TextField(blank=True)),
                ('capture', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renderings', to='sources.capture')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renderings', to='sources.source')),
                ('translates', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='translations', to='claims.rendering')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='QuoteCheck',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('outcome', models.CharField(choices=[('exact', 'Exact'), ('format_only', 'Same words, other form'), ('edited', 'Words changed'), ('moved', 'Moved'), ('missing', 'Not found'), ('ambiguous', 'Found in several places'), ('unchecked', 'Not checked')], max_length=12)),
                ('operations', models.JSONField(default=list)),
                ('candidates', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('capture', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quote_checks', to='sources.capture')),
                ('rendering', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='claims.rendering')),
            ],
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('tlp', models.CharField(choices=[('CLEAR', 'TLP:CLEAR'), ('GREEN', 'TLP:GREEN'), ('AMBER', 'TLP:AMBER'), ('AMBER_STRICT', 'TLP:AMBER+STRICT'), ('RED', 'TLP:RED')], default='AMBER', max_length=12)),
                ('handling', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('victim_identity', 'Victim identity'), ('minor', 'Minor'), ('witness_identity', 'Witness identity'), ('source_identity', 'Source identity'), ('precise_location', 'Precise location'), ('graphic', 'Graphic'), ('sexual_violence', 'Sexual violence'), ('military_sensitive', 'Military sensitive'), ('sub_judice', 'Sub judice'), ('embargo', 'Embargo'), ('legal_hold', 'Legal hold')], max_length=20), blank=True, default=list)),
                ('embargo_until', models.DateTimeField(blank=True, null=True)),
                ('finding', models.CharField(choices=[('unverified', 'Not yet assessed'), ('in_progress', 'In progress'), ('could_not_confirm', 'Could not independently confirm'), ('partly_corroborated', 'Partly corroborated'), ('corroborated', 'Corroborated'), ('verified', 'Verified'), ('contradicted', 'Contradicted by evidence'), ('refuted', 'Refuted'), ('not_checkable', 'Not a checkable claim'), ('withdrawn', 'Finding withdrawn')], default='unverified', editable=False, max_length=20)),
                ('stage', models.CharField(choices=[('unverified', 'Not yet assessed'), ('in_progress', 'In progress'), ('could_not_confirm', 'Could not independently confirm'), ('partly_corroborated', 'Partly corroborated'), ('corroborated', 'Corroborated'), ('verified', 'Verified'), ('contradicted', 'Contradicted by evidence'), ('refuted', 'Refuted'), ('not_checkable', 'Not a checkable claim'), ('withdrawn', 'Finding withdrawn')], default='unverified', editable=False, max_length=20)),
                ('under_review_since', models.DateTimeField(editable=False, null=True)),
                ('under_review_reason', models.TextField(blank=True, editable=False)),
                ('ref', models.CharField(default=functools.partial(harmtracker.identity.new_ref, 'ST'), editable=False, max_length=12, unique=True)),
                ('kind', models.CharField(choices=[('allegation', 'Allegation'), ('denial', 'Denial'), ('acknowledgement', 'Acknowledgement'), ('justification', 'Justification'), ('characterization', 'Characterization'), ('casualty_figure', 'Casualty figure'), ('authenticity_claim', 'Authenticity claim'), ('humanitarian_claim', 'Humanitarian claim'), ('movement_claim', 'Movement claim'), ('motive_claim', 'Motive claim'), ('condemnation', 'Condemnation'), ('endorsement', 'Endorsement'), ('announcement', 'Announcement'), ('appeal', 'Appeal'), ('testimony', 'Testimony'), ('finding', 'Finding by a body'), ('correction', 'Correction'), ('retraction', 'Retraction'), ('no_comment', 'No comment')], max_length=20)),
                ('spoken_as', models.CharField(choices=[('head_of_state', 'Head of state'), ('head_of_government', 'Head of government'), ('minister', 'Minister'), ('spokesperson', 'Spokesperson'), ('official_channel', 'Official channel'), ('military_command', 'Military command'), ('local_official', 'Local official'), ('diplomat', 'Diplomat'), ('igo_official', 'Official of an international organisation'), ('ngo', 'Non-governmental organisation'), ('witness', 'Witness'), ('journalist', 'Journalist'), ('unnamed_official', 'Unnamed official'), ('other', 'Other')], default='other', max_length=18)),
                ('role_words', models.CharField(blank=True, help_text='The office or role as it was given.', max_length=160)),
                ('said_in', models.CharField(blank=True, help_text='Programme, channel or briefing.', max_length=200)),
                ('how_known', models.CharField(choices=[('on_record', 'On the record'), ('official_publication', 'Official publication'), ('on_background', 'On background'), ('anonymous', 'Anonymous'), ('via_third_party', 'Via a third party')], default='on_record', max_length=20)),
                ('said', models.CharField(blank=True, help_text='EDTF: 2022-04-03.', max_length=40)),
                ('said_start', models.DateTimeField(editable=False, null=True)),
                ('said_end', models.DateTimeField(editable=False, null=True)),
                ('said_precision', models.CharField(choices=[('instant', 'To the minute'), ('day', 'To the day'), ('few_days', 'Within a few days'), ('week', 'Within a week'), ('month', 'To the month'), ('year', 'To the year'), ('range', 'A longer range'), ('unknown', 'Not stated')], default='unknown', editable=False, max_length=10)),
                ('said_zone', models.CharField(default='UTC', help_text='IANA zone.', max_length=40)),
                ('responsibility_position', models.CharField(blank=True, choices=[('states_circumstances', 'States circumstances'), ('denies_act', 'Denies the act'), ('acknowledges_act_denies_responsibility', 'Acknowledges the act, denies responsibility'), ('acknowledges_act_alternative_explanation', 'Acknowledges the act, explains it otherwise'), ('accepts_responsibility', 'Accepts responsibility'), ('unknown', 'Position not clear')], max_length=42, null=True)),
                ('checkability', models.CharField(choices=[('factual', 'Factual'), ('legal_characterization', 'Legal characterization'), ('opinion', 'Opinion'), ('commitment', 'Commitment'), ('unclear', 'Unclear')], default='unclear', max_length=24)),
                ('names_nobody', models.BooleanField(blank=True, help_text='An allegation that accuses no party.', null=True)),
                ('workflow', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('changes_requested', 'Changes requested'), ('approved', 'Approved'), ('set_aside', 'Set aside')], default='draft', max_length=18)),
                ('lifecycle', models.CharField(choices=[('current', 'Current'), ('corrected', 'Corrected'), ('superseded', 'Superseded'), ('retracted_by_speaker', 'Retracted by the speaker'), ('removed', 'Removed by us')], default='current', max_length=22)),
                ('lifecycle_reason', models.TextField(blank=True)),
                ('lifecycle_at', models.DateTimeField(editable=False, null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lifecycle_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('media_item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='claims.mediaitem')),
                ('named', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('on_behalf_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sources.party')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='sources.party')),
                ('standing', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='claims.assessment')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='harmtracker.team')),
            ],
        ),
        migrations.AddField(
            model_name='rendering',
            name='statement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='renderings', to='claims.statement'),
        ),
        migrations.AddField(
            model_name='release',
            name='statement',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='claims.statement'),
        ),
        migrations.CreateModel(
            name='OutsideNote',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('tlp', models.CharField(choices=[('CLEAR', 'TLP:CLEAR'), ('GREEN', 'TLP:GREEN'), ('AMBER', 'TLP:AMBER'), ('AMBER_STRICT', 'TLP:AMBER+STRICT'), ('RED', 'TLP:RED')], default='AMBER', max_length=12)),
                ('handling', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('victim_identity', 'Victim identity'), ('minor', 'Minor'), ('witness_identity', 'Witness identity'), ('source_identity', 'Source identity'), ('precise_location', 'Precise location'), ('graphic', 'Graphic'), ('sexual_violence', 'Sexual violence'), ('military_sensitive', 'Military sensitive'), ('sub_judice', 'Sub judice'), ('embargo', 'Embargo'), ('legal_hold', 'Legal hold')], max_length=20), blank=True, default=list)),
                ('embargo_until', models.DateTimeField(blank=True, null=True)),
                ('ref', models.CharField(default=functools.partial(harmtracker.identity.new_ref, 'NO'), editable=False, max_length=12, unique=True)),
                ('wording', models.TextField(help_text='Exact words.')),
                ('lang', models.CharField(max_length=35)),
                ('aspect', models.CharField(choices=[('occurrence', 'occurrence'), ('time', 'time'), ('place', 'place'), ('victims', 'victims'), ('number', 'number'), ('responsibility', 'responsibility'), ('means', 'means'), ('intent', 'intent'), ('legal_character', 'legal character'), ('media_authenticity', 'authenticity of media'), ('other', 'other')], max_length=20)),
                ('start', models.PositiveIntegerField()),
                ('end', models.PositiveIntegerField()),
                ('text_sha256', models.CharField(max_length=64)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_reason', models.TextField(blank=True)),
                ('capture', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='sources.capture')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='claims.incident')),
                ('named', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='sources.party')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='sources.source')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='harmtracker.team')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('statement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='claims.statement')),
            ],
            options={
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('type', models.CharField(choices=[('denies', 'denies'), ('rebuts', 'rebuts'), ('contradicts', 'contradicts'), ('refutes', 'refutes'), ('corroborates', 'corroborates'), ('supports', 'supports'), ('repeats', 'repeats'), ('qualifies', 'qualifies'), ('replies_to', 'replies to'), ('corrects', 'corrects'), ('retracts', 'retracts'), ('supersedes', 'supersedes')], max_length=14)),
                ('aspect', models.CharField(choices=[('occurrence', 'occurrence'), ('time', 'time'), ('place', 'place'), ('victims', 'victims'), ('number', 'number'), ('responsibility', 'responsibility'), ('means', 'means'), ('intent', 'intent'), ('legal_character', 'legal character'), ('media_authenticity', 'authenticity of media'), ('other', 'other')], max_length=20)),
                ('basis', models.CharField(choices=[('explicit', 'explicitly'), ('editorial', 'we tie them')], max_length=10)),
                ('reason', models.TextField(blank=True)),
                ('removed_at', models.DateTimeField(null=True)),
                ('removed_reason', models.TextField(blank=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('removed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('from_statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links_out', to='claims.statement')),
                ('to_statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links_in', to='claims.statement')),
            ],
        ),
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('outcome', models.CharField(choices=[('killed', 'Killed'), ('injured', 'Injured'), ('missing', 'Missing'), ('detained', 'Detained'), ('abducted', 'Abducted'), ('bodies_found', 'Bodies found')], max_length=14)),
                ('population', models.CharField(choices=[('civilian', 'Civilians'), ('combatant', 'Combatants'), ('hors_de_combat', 'Hors de combat'), ('unknown', 'Not stated')], default='unknown', max_length=16)),
                ('demographic', models.CharField(choices=[('total', 'Total'), ('men', 'Men'), ('women', 'Women'), ('boys', 'Boys'), ('girls', 'Girls'), ('children_sex_unknown', 'Children, sex not stated'), ('adults_sex_unknown', 'Adults, sex not stated'), ('unknown', 'Not stated')], default='total', max_length=24)),
                ('area', models.CharField(blank=True, help_text='The area counted, in words, if another one.', max_length=160)),
                ('is_incident_area', models.BooleanField(default=True)),
                ('count_kind', models.CharField(choices=[('incident', 'This incident'), ('cumulative', 'Cumulative')], default='incident', max_length=12)),
                ('as_of', models.CharField(blank=True, help_text='EDTF.', max_length=40)),
                ('as_of_start', models.DateTimeField(editable=False, null=True)),
                ('as_of_end', models.DateTimeField(editable=False, null=True)),
                ('as_of_precision', models.CharField(choices=[('instant', 'To the minute'), ('day', 'To the day'), ('few_days', 'Within a few days'), ('week', 'Within a week'), ('month', 'To the month'), ('year', 'To the year'), ('range', 'A longer range'), ('unknown', 'Not stated')], default='unknown', editable=False, max_length=10)),
                ('words', models.CharField(blank=True, help_text='As given: at least 20.', max_length=200)),
                ('least', models.PositiveIntegerField(blank=True, null=True)),
                ('best', models.PositiveIntegerField(blank=True, null=True)),
                ('most', models.PositiveIntegerField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_reason', models.TextField(blank=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='claims.incident')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='claims.statement')),
            ],
            options={
                'ordering': ['as_of_start', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('direction', models.CharField(choices=[('for', 'For'), ('against', 'Against'), ('context', 'Context')], max_length=8)),
                ('reliability', models.CharField(blank=True, choices=[('A', 'A: completely reliable'), ('B', 'B: usually reliable'), ('C', 'C: fairly reliable'), ('D', 'D: not usually reliable'), ('E', 'E: unreliable'), ('F', 'F: cannot be judged')], max_length=1)),
                ('credibility', models.CharField(blank=True, choices=[('1', '1: confirmed by others'), ('2', '2: probably true'), ('3', '3: possibly true'), ('4', '4: doubtful'), ('5', '5: improbable'), ('6', '6: cannot be judged')], max_length=1)),
                ('remark', models.TextField(blank=True)),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='claims.assessment')),
                ('media_item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cited_as_evidence', to='claims.mediaitem')),
                ('note', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cited_as_evidence', to='claims.outsidenote')),
                ('rendering', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cited_as_evidence', to='claims.rendering')),
                ('statement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cited_as_evidence', to='claims.statement')),
            ],
        ),
        migrations.CreateModel(
            name='CommentRequestEvent',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('outcome', models.CharField(choices=[('undeliverable', 'Could not be delivered'), ('acknowledged', 'Receipt acknowledged'), ('awaiting_reply', 'Awaiting reply'), ('no_response_by_deadline', 'Did not respond by the deadline'), ('declined', 'Declined to comment'), ('referred', 'Referred us to someone else'), ('asked_for_more', 'Asked for more'), ('replied_denied', 'Replied: denied'), ('replied_substantive', 'Replied'), ('replied_partial', 'Replied in part'), ('replied_not_for_publication', 'Replied, not for publication'), ('withdrawn', 'Request withdrawn')], max_length=28)),
                ('happened_at', models.DateTimeField()),
                ('words', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='claims.commentrequest')),
                ('reply', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies_to_requests', to='claims.statement')),
            ],
            options={
                'ordering': ['happened_at', 'created_at'],
            },
        ),
        migrations.AddField(
            model_name='commentrequest',
            name='statement',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comment_requests', to='claims.statement'),
        ),
        migrations.AddField(
            model_name='assessment',
            name='statement',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='claims.statement'),
        ),
        migrations.CreateModel(
            name='Accusation',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('wording', models.CharField(blank=True, max_length=300)),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accused_by', to='sources.party')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='accuses', to='claims.statement')),
            ],
        ),
        migrations.CreateModel(
            name='StatementIncident',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='spoken_of', to='claims.incident')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='about', to='claims.statement')),
            ],
        ),
        migrations.AddField(
            model_name='statement',
            name='incidents',
            field=models.ManyToManyField(related_name='statements', through='claims.StatementIncident', to='claims.incident'),
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('approve', 'Approved'), ('send_back', 'Sent back'), ('lapse', 'Lapsed'), ('withdraw', 'Withdrawn by the proposer')], max_length=10)),
                ('reason', models.TextField(blank=True)),
                ('decided_at', models.DateTimeField(auto_now_add=True)),
                ('assessment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='claims.assessment')),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['approve', 'send_back', 'lapse', 'withdraw'])), name='decision_kind_known'), models.CheckConstraint(condition=models.Q(('kind', 'approve'), models.Q(('reason', ''), _negated=True), _connector='OR'), name='decision_refusal_has_reason')],
            },
        ),
        migrations.AddConstraint(
            model_name='mediaitem',
            constraint=models.CheckConstraint(condition=models.Q(('tlp__in', ['CLEAR', 'GREEN', 'AMBER', 'AMBER_STRICT', 'RED'])), name='media_item_tlp_known'),
        ),
        migrations.AddConstraint(
            model_name='mediaitem',
            constraint=models.CheckConstraint(condition=models.Q(('handling__contained_by', ['victim_identity', 'minor', 'witness_identity', 'source_identity', 'precise_location', 'graphic', 'sexual_violence', 'military_sensitive', 'sub_judice', 'embargo', 'legal_hold'])), name='media_item_handling_known'),
        ),
        migrations.AddConstraint(
            model_name='mediaitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('embargo_until__isnull', False), ('handling__contains', ['embargo'])), models.Q(models.Q(('handling__contains', ['embargo']), _negated=True), ('embargo_until__isnull', True)), _connector='OR'), name='media_item_embargo_has_date'),
        ),
        migrations.AddConstraint(
            model_name='mediaitem',
            constraint=models.CheckConstraint(condition=models.Q(('finding__in', ['unverified', 'in_progress', 'could_not_confirm', 'partly_corroborated', 'corroborated', 'verified', 'contradicted', 'refuted', 'not_checkable', 'withdrawn'])), name='media_item_finding_known'),
        ),
        migrations.AddConstraint(
            model_name='mediaitem',
            constraint=models.CheckConstraint(condition=models.Q(('stage__in', ['unverified', 'in_progress', 'could_not_confirm', 'partly_corroborated', 'corroborated', 'verified', 'contradicted', 'refuted', 'not_checkable', 'withdrawn'])), name='media_item_stage_known'),
        ),
        migrations.AddConstraint(
            model_name='mediaitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finding__in', ['contradicted', 'corroborated', 'could_not_confirm', 'not_checkable', 'partly_corroborated', 'refuted', 'verified']), ('standing__isnull', False)), models.Q(models.Q(('finding__in', ['contradicted', 'corroborated', 'could_not_confirm', 'not_checkable', 'partly_corroborated', 'refuted', 'verified']), _negated=True), ('standing__isnull', True)), _connector='OR'), name='media_item_conclusion_has_assessment'),
        ),
        migrations.AddConstraint(
            model_name='mediaitem',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['photo', 'video', 'series'])), name='media_item_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='mediaitem',
            constraint=models.CheckConstraint(condition=models.Q(('workflow__in', ['draft', 'in_review', 'changes_requested', 'approved', 'set_aside'])), name='media_item_workflow_known'),
        ),
        migrations.AddConstraint(
            model_name='mediaitem',
            constraint=models.CheckConstraint(condition=models.Q(('description', ''), _negated=True), name='media_item_described'),
        ),
        migrations.AddConstraint(
            model_name='partner',
            constraint=models.CheckConstraint(condition=models.Q(('ceiling', 'RED'), _negated=True), name='partner_never_red'),
        ),
        migrations.AddConstraint(
            model_name='partner',
            constraint=models.CheckConstraint(condition=models.Q(('ceiling__in', ['CLEAR', 'GREEN', 'AMBER', 'AMBER_STRICT', 'RED'])), name='partner_ceiling_known'),
        ),
        migrations.AddConstraint(
            model_name='partnertoken',
            constraint=models.CheckConstraint(condition=models.Q(('ceiling', 'RED'), _negated=True), name='partner_token_never_red'),
        ),
        migrations.AddConstraint(
            model_name='partnertoken',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', True), ('revoked_by__isnull', True)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='partner_token_revoked_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='partnertoken',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='partner_token_expires_later'),
        ),
        migrations.AddIndex(
            model_name='partnerread',
            index=models.Index(fields=['token', '-at'], name='partner_read_by_token'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(('tlp__in', ['CLEAR', 'GREEN', 'AMBER', 'AMBER_STRICT', 'RED'])), name='place_tlp_known'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(('handling__contained_by', ['victim_identity', 'minor', 'witness_identity', 'source_identity', 'precise_location', 'graphic', 'sexual_violence', 'military_sensitive', 'sub_judice', 'embargo', 'legal_hold'])), name='place_handling_known'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('embargo_until__isnull', False), ('handling__contains', ['embargo'])), models.Q(models.Q(('handling__contains', ['embargo']), _negated=True), ('embargo_until__isnull', True)), _connector='OR'), name='place_embargo_has_date'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(('precision__in', ['exact', 'landmark', 'neighbourhood', 'settlement', 'near_settlement', 'adm3', 'adm2', 'adm1', 'country', 'other_area'])), name='place_precision_known'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='place_has_name'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__isnull', False), ('longitude__isnull', False), ('latitude__range', (-90, 90)), ('longitude__range', (-180, 180))), _connector='OR'), name='place_point_on_earth'),
        ),
        migrations.AddConstraint(
            model_name='place',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('merged_into', models.F('id')), _negated=True), _connector='OR'), name='place_not_own_merge'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['-created_at', '-id'], name='incident_newest'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['finding', '-created_at', '-id'], name='incident_by_finding'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('tlp__in', ['CLEAR', 'GREEN', 'AMBER', 'AMBER_STRICT', 'RED'])), name='incident_tlp_known'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('handling__contained_by', ['victim_identity', 'minor', 'witness_identity', 'source_identity', 'precise_location', 'graphic', 'sexual_violence', 'military_sensitive', 'sub_judice', 'embargo', 'legal_hold'])), name='incident_handling_known'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('embargo_until__isnull', False), ('handling__contains', ['embargo'])), models.Q(models.Q(('handling__contains', ['embargo']), _negated=True), ('embargo_until__isnull', True)), _connector='OR'), name='incident_embargo_has_date'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('finding__in', ['unverified', 'in_progress', 'could_not_confirm', 'partly_corroborated', 'corroborated', 'verified', 'contradicted', 'refuted', 'not_checkable', 'withdrawn'])), name='incident_finding_known'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('stage__in', ['unverified', 'in_progress', 'could_not_confirm', 'partly_corroborated', 'corroborated', 'verified', 'contradicted', 'refuted', 'not_checkable', 'withdrawn'])), name='incident_stage_known'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finding__in', ['contradicted', 'corroborated', 'could_not_confirm', 'not_checkable', 'partly_corroborated', 'refuted', 'verified']), ('standing__isnull', False)), models.Q(models.Q(('finding__in', ['contradicted', 'corroborated', 'could_not_confirm', 'not_checkable', 'partly_corroborated', 'refuted', 'verified']), _negated=True), ('standing__isnull', True)), _connector='OR'), name='incident_conclusion_has_assessment'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('occurred_precision__in', ['instant', 'day', 'few_days', 'week', 'month', 'year', 'range', 'unknown'])), name='incident_occurred_precision_known'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('occurred', ''), ('occurred_end__isnull', True), ('occurred_precision', 'unknown'), ('occurred_start__isnull', True)), models.Q(models.Q(('occurred', ''), _negated=True), models.Q(('occurred_precision', 'unknown'), _negated=True), ('occurred_end__isnull', False), ('occurred_start__isnull', False), ('occurred_start__lte', models.F('occurred_end'))), _connector='OR'), name='incident_occurred_bounds'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('place_precision__in', ['exact', 'landmark', 'neighbourhood', 'settlement', 'near_settlement', 'adm3', 'adm2', 'adm1', 'country', 'other_area'])), name='incident_place_precision_known'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('means__in', ['shelling', 'missile', 'air_strike', 'drone', 'mine', 'small_arms', 'execution_style', 'other', 'unknown'])), name='incident_means_known'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('workflow__in', ['draft', 'in_review', 'changes_requested', 'approved', 'set_aside'])), name='incident_workflow_known'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('harm__contained_by', ['killing', 'injury', 'sexual_violence', 'torture', 'detention', 'abduction', 'displacement', 'damage_to_hospital', 'damage_to_school', 'damage_to_home', 'damage_to_infrastructure', 'other', 'unknown'])), name='incident_harm_known'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='incident_has_title'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__isnull', False), ('longitude__isnull', False), ('latitude__range', (-90, 90)), ('longitude__range', (-180, 180))), _connector='OR'), name='incident_point_on_earth'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('merged_into', models.F('id')), _negated=True), _connector='OR'), name='incident_not_own_merge'),
        ),
        migrations.AddIndex(
            model_name='placename',
            index=django.contrib.postgres.indexes.GinIndex(fields=['folded'], name='place_name_folded_trgm', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddConstraint(
            model_name='placename',
            constraint=models.UniqueConstraint(fields=('place', 'text'), name='place_name_once'),
        ),
        migrations.AddIndex(
            model_name='releaseddocument',
            index=models.Index(fields=['record_type', 'ceiling', 'record_id'], name='released_document_list'),
        ),
        migrations.AddConstraint(
            model_name='releaseddocument',
            constraint=models.UniqueConstraint(fields=('release', 'ceiling', 'scope'), name='released_document_once'),
        ),
        migrations.AddConstraint(
            model_name='releaseddocument',
            constraint=models.CheckConstraint(condition=models.Q(('record_type__in', ['incident', 'statement'])), name='released_document_record_type_known'),
        ),
        migrations.AddConstraint(
            model_name='releaseddocument',
            constraint=models.CheckConstraint(condition=models.Q(('scope__in', ['base', 'figures', 'notes', 'ratings', 'evidence', 'exact_place'])), name='released_document_scope_known'),
        ),
        migrations.AddConstraint(
            model_name='releaseddocument',
            constraint=models.CheckConstraint(condition=models.Q(('ceiling', 'RED'), _negated=True), name='released_document_never_red'),
        ),
        migrations.AddConstraint(
            model_name='releasewithdrawal',
            constraint=models.CheckConstraint(condition=models.Q(('code__in', ['deleted', 'merged', 'out_of_scope', 'withdrawn', 'legal_removal', 'error'])), name='release_withdrawal_code_known'),
        ),
        migrations.AddConstraint(
            model_name='releasewithdrawal',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='release_withdrawal_has_reason'),
        ),
        migrations.AddIndex(
            model_name='publishedrecord',
            index=models.Index(fields=['record_type', 'record_id'], name='published_list'),
        ),
        migrations.AddConstraint(
            model_name='publishedrecord',
            constraint=models.CheckConstraint(condition=models.Q(('record_type__in', ['incident', 'statement'])), name='published_record_record_type_known'),
        ),
        migrations.AddConstraint(
            model_name='publishedrecord',
            constraint=models.CheckConstraint(condition=models.Q(('tlp__in', ['CLEAR', 'GREEN', 'AMBER', 'AMBER_STRICT', 'RED'])), name='published_record_tlp_known'),
        ),
        migrations.AddConstraint(
            model_name='quotecheck',
            constraint=models.UniqueConstraint(fields=('rendering', 'capture'), name='quote_check_once'),
        ),
        migrations.AddConstraint(
            model_name='quotecheck',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['exact', 'format_only', 'edited', 'moved', 'missing', 'ambiguous', 'unchecked'])), name='quote_check_outcome_known'),
        ),
        migrations.AddConstraint(
            model_name='rendering',
            constraint=models.CheckConstraint(condition=models.Q(('fidelity__in', ['verbatim', 'translation', 'paraphrase', 'summary'])), name='rendering_fidelity_known'),
        ),
        migrations.AddConstraint(
            model_name='rendering',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='rendering_has_words'),
        ),
        migrations.AddConstraint(
            model_name='rendering',
            constraint=models.CheckConstraint(condition=models.Q(('lang', ''), _negated=True), name='rendering_has_language'),
        ),
        migrations.AddConstraint(
            model_name='rendering',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('fidelity', 'translation'), ('translator__in', ['speaker', 'publisher', 'tracker_human', 'tracker_machine'])), models.Q(models.Q(('fidelity', 'translation'), _negated=True), ('translator', '')), _connector='OR'), name='rendering_translation_has_translator'),
        ),
        migrations.AddConstraint(
            model_name='rendering',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end__isnull', True), ('exact', ''), ('start__isnull', True), ('text_sha256', '')), models.Q(('capture__isnull', False), ('end__isnull', False), ('start__isnull', False), ('start__lt', models.F('end')), models.Q(('exact', ''), _negated=True), models.Q(('text_sha256', ''), _negated=True)), _connector='OR'), name='rendering_selector_whole'),
        ),
        migrations.AddConstraint(
            model_name='rendering',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('fidelity', 'verbatim'), models.Q(('fidelity', 'translation'), ('translator__in', ['speaker', 'publisher'])), _connector='OR', _negated=True), models.Q(('start__isnull', False), ('text', models.F('exact'))), _connector='OR'), name='rendering_quotation_is_captured'),
        ),
        migrations.AddConstraint(
            model_name='rendering',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('translator__in', ['tracker_human', 'tracker_machine']), _negated=True), models.Q(('start__isnull', True), ('translates__isnull', False)), _connector='OR'), name='rendering_own_translation_names_original'),
        ),
        migrations.AddConstraint(
            model_name='rendering',
            constraint=models.CheckConstraint(condition=models.Q(('translates__isnull', False), ('source__isnull', False), _connector='OR'), name='rendering_has_source'),
        ),
        migrations.AddConstraint(
            model_name='rendering',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('fidelity__in', ['paraphrase', 'summary']), _negated=True), models.Q(('text__regex', '^\\s*[\\"“”«„‘\'].*[\\"“”»\'’]\\s*$'), _negated=True), _connector='OR'), name='rendering_paraphrase_not_quoted'),
        ),
        migrations.AddConstraint(
            model_name='rendering',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True), ('withdrawn_reason', '')), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_reason', ''), _negated=True)), _connector='OR'), name='rendering_withdrawn_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('incident__isnull', False), ('statement__isnull', True)), models.Q(('incident__isnull', True), ('statement__isnull', False)), _connector='OR'), name='release_has_one_subject'),
        ),
        migrations.AddConstraint(
            model_name='outsidenote',
            constraint=models.CheckConstraint(condition=models.Q(('tlp__in', ['CLEAR', 'GREEN', 'AMBER', 'AMBER_STRICT', 'RED'])), name='note_tlp_known'),
        ),
        migrations.AddConstraint(
            model_name='outsidenote',
            constraint=models.CheckConstraint(condition=models.Q(('handling__contained_by', ['victim_identity', 'minor', 'witness_identity', 'source_identity', 'precise_location', 'graphic', 'sexual_violence', 'military_sensitive', 'sub_judice', 'embargo', 'legal_hold'])), name='note_handling_known'),
        ),
        migrations.AddConstraint(
            model_name='outsidenote',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('embargo_until__isnull', False), ('handling__contains', ['embargo'])), models.Q(models.Q(('handling__contains', ['embargo']), _negated=True), ('embargo_until__isnull', True)), _connector='OR'), name='note_embargo_has_date'),
        ),
        migrations.AddConstraint(
            model_name='outsidenote',
            constraint=models.CheckConstraint(condition=models.Q(('aspect__in', ['occurrence', 'time', 'place', 'victims', 'number', 'responsibility', 'means', 'intent', 'legal_character', 'media_authenticity', 'other'])), name='note_aspect_known'),
        ),
        migrations.AddConstraint(
            model_name='outsidenote',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('wording', ''), _negated=True), ('start__lt', models.F('end'))), name='note_has_words'),
        ),
        migrations.AddConstraint(
            model_name='outsidenote',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True), ('withdrawn_reason', '')), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_reason', ''), _negated=True)), _connector='OR'), name='note_withdrawn_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('from_statement', 'to_statement', 'type', 'aspect'), name='link_once'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(('from_statement', models.F('to_statement')), _negated=True), name='link_not_to_itself'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(('type__in', ['denies', 'rebuts', 'contradicts', 'refutes', 'corroborates', 'supports', 'repeats', 'qualifies', 'replies_to', 'corrects', 'retracts', 'supersedes'])), name='link_type_known'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(('aspect__in', ['occurrence', 'time', 'place', 'victims', 'number', 'responsibility', 'means', 'intent', 'legal_character', 'media_authenticity', 'other'])), name='link_aspect_known'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(('basis__in', ['explicit', 'editorial'])), name='link_basis_known'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('basis', 'editorial'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='link_editorial_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('type', 'contradicts'), _negated=True), models.Q(('basis', 'editorial'), ('from_statement__lt', models.F('to_statement'))), _connector='OR'), name='link_contradicts_ordered'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('removed_at__isnull', True), ('removed_by__isnull', True), ('removed_reason', '')), models.Q(('removed_at__isnull', False), ('removed_by__isnull', False), models.Q(('removed_reason', ''), _negated=True)), _connector='OR'), name='link_removed_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.CheckConstraint(condition=models.Q(('as_of_precision__in', ['instant', 'day', 'few_days', 'week', 'month', 'year', 'range', 'unknown'])), name='figure_as_of_precision_known'),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('as_of', ''), ('as_of_end__isnull', True), ('as_of_precision', 'unknown'), ('as_of_start__isnull', True)), models.Q(models.Q(('as_of', ''), _negated=True), models.Q(('as_of_precision', 'unknown'), _negated=True), ('as_of_end__isnull', False), ('as_of_start__isnull', False), ('as_of_start__lte', models.F('as_of_end'))), _connector='OR'), name='figure_as_of_bounds'),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['killed', 'injured', 'missing', 'detained', 'abducted', 'bodies_found'])), name='figure_outcome_known'),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.CheckConstraint(condition=models.Q(('population__in', ['civilian', 'combatant', 'hors_de_combat', 'unknown'])), name='figure_population_known'),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.CheckConstraint(condition=models.Q(('demographic__in', ['total', 'men', 'women', 'boys', 'girls', 'children_sex_unknown', 'adults_sex_unknown', 'unknown'])), name='figure_demographic_known'),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.CheckConstraint(condition=models.Q(('count_kind__in', ['incident', 'cumulative'])), name='figure_count_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.CheckConstraint(condition=models.Q(('least', None), ('best', None), ('least__lte', models.F('best')), _connector='OR'), name='figure_lb'),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.CheckConstraint(condition=models.Q(('best', None), ('most', None), ('best__lte', models.F('most')), _connector='OR'), name='figure_bm'),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.CheckConstraint(condition=models.Q(('least', None), ('most', None), ('least__lte', models.F('most')), _connector='OR'), name='figure_lm'),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.CheckConstraint(condition=models.Q(('least__isnull', False), ('best__isnull', False), ('most__isnull', False), models.Q(('words', ''), _negated=True), _connector='OR'), name='figure_says_something'),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.CheckConstraint(condition=models.Q(('is_incident_area', True), models.Q(('area', ''), _negated=True), _connector='OR'), name='figure_other_area_named'),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True), ('withdrawn_reason', '')), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_reason', ''), _negated=True)), _connector='OR'), name='figure_withdrawn_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('direction__in', ['for', 'against', 'context'])), name='evidence_direction_known'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('media_item', None), ('note', None), ('rendering__isnull', False), ('statement', None)), models.Q(('media_item', None), ('note', None), ('rendering', None), ('statement__isnull', False)), models.Q(('media_item__isnull', False), ('note', None), ('rendering', None), ('statement', None)), models.Q(('media_item', None), ('note__isnull', False), ('rendering', None), ('statement', None)), _connector='OR'), name='evidence_is_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='commentrequestevent',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['undeliverable', 'acknowledged', 'awaiting_reply', 'no_response_by_deadline', 'declined', 'referred', 'asked_for_more', 'replied_denied', 'replied_substantive', 'replied_partial', 'replied_not_for_publication', 'withdrawn'])), name='comment_request_event_outcome_known'),
        ),
        migrations.AddConstraint(
            model_name='commentrequest',
            constraint=models.CheckConstraint(condition=models.Q(('tlp__in', ['CLEAR', 'GREEN', 'AMBER', 'AMBER_STRICT', 'RED'])), name='comment_request_tlp_known'),
        ),
        migrations.AddConstraint(
            model_name='commentrequest',
            constraint=models.CheckConstraint(condition=models.Q(('handling__contained_by', ['victim_identity', 'minor', 'witness_identity', 'source_identity', 'precise_location', 'graphic', 'sexual_violence', 'military_sensitive', 'sub_judice', 'embargo', 'legal_hold'])), name='comment_request_handling_known'),
        ),
        migrations.AddConstraint(
            model_name='commentrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('embargo_until__isnull', False), ('handling__contains', ['embargo'])), models.Q(models.Q(('handling__contains', ['embargo']), _negated=True), ('embargo_until__isnull', True)), _connector='OR'), name='comment_request_embargo_has_date'),
        ),
        migrations.AddConstraint(
            model_name='commentrequest',
            constraint=models.CheckConstraint(condition=models.Q(('asked_precision__in', ['instant', 'day', 'few_days', 'week', 'month', 'year', 'range', 'unknown'])), name='comment_request_asked_precision_known'),
        ),
        migrations.AddConstraint(
            model_name='commentrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('asked', ''), ('asked_end__isnull', True), ('asked_precision', 'unknown'), ('asked_start__isnull', True)), models.Q(models.Q(('asked', ''), _negated=True), models.Q(('asked_precision', 'unknown'), _negated=True), ('asked_end__isnull', False), ('asked_start__isnull', False), ('asked_start__lte', models.F('asked_end'))), _connector='OR'), name='comment_request_asked_bounds'),
        ),
        migrations.AddConstraint(
            model_name='commentrequest',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['not_sought', 'draft', 'sent'])), name='comment_request_state_known'),
        ),
        migrations.AddConstraint(
            model_name='commentrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'not_sought'), models.Q(('not_sought_reason', ''), _negated=True)), models.Q(models.Q(('state', 'not_sought'), _negated=True), ('not_sought_reason', '')), _connector='OR'), name='comment_request_not_sought_has_reason'),
        ),
        migrations.AddIndex(
            model_name='assessment',
            index=models.Index(fields=['statement', '-proposed_at'], name='assessment_of_statement'),
        ),
        migrations.AddIndex(
            model_name='assessment',
            index=models.Index(fields=['incident', '-proposed_at'], name='assessment_of_incident'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('incident__isnull', True), ('media_item__isnull', True), ('statement__isnull', False)), models.Q(('incident__isnull', False), ('media_item__isnull', True), ('statement__isnull', True)), models.Q(('incident__isnull', True), ('media_item__isnull', False), ('statement__isnull', True)), _connector='OR'), name='assessment_has_one_subject'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(('finding__in', ['unverified', 'in_progress', 'could_not_confirm', 'partly_corroborated', 'corroborated', 'verified', 'contradicted', 'refuted', 'not_checkable', 'withdrawn'])), name='assessment_finding_known'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(('moves_from__in', ['unverified', 'in_progress', 'could_not_confirm', 'partly_corroborated', 'corroborated', 'verified', 'contradicted', 'refuted', 'not_checkable', 'withdrawn'])), name='assessment_moves_from_known'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(('aspect__in', ['occurrence', 'time', 'place', 'victims', 'number', 'responsibility', 'means', 'intent', 'legal_character', 'media_authenticity', 'other'])), name='assessment_aspect_known'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(('standard_of_proof__in', ['none', 'reasonable_suspicion', 'reasonable_grounds', 'balance_of_probabilities', 'clear_and_convincing', 'beyond_reasonable_doubt'])), name='assessment_standard_of_proof_known'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(('tried__contained_by', ['no_access', 'no_second_source', 'sources_not_independent', 'media_not_geolocatable', 'contradicting_evidence', 'source_withdrawn', 'other'])), name='assessment_tried_known'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(('reasons', ''), _negated=True), name='assessment_has_reasons'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finding__in', ['contradicted', 'corroborated', 'could_not_confirm', 'not_checkable', 'partly_corroborated', 'refuted', 'verified']), _negated=True), ('confidence__in', ['low', 'moderate', 'high']), _connector='OR'), name='assessment_conclusion_has_confidence'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finding', 'could_not_confirm'), _negated=True), models.Q(models.Q(('public_wording', ''), _negated=True), models.Q(('would_settle', ''), _negated=True), ('tried__len__gt', 0)), _connector='OR'), name='assessment_could_not_confirm_says_why'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('tried__contains', ['other']), _negated=True), models.Q(('tried_words', ''), _negated=True), _connector='OR'), name='assessment_other_tried_in_words'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finding', 'verified'), _negated=True), models.Q(('standard_of_proof', 'none'), _negated=True), _connector='OR'), name='assessment_verified_has_standard'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(('media_authenticity', ''), ('media_item__isnull', False), _connector='OR'), name='assessment_authenticity_of_media'),
        ),
        migrations.AddConstraint(
            model_name='accusation',
            constraint=models.UniqueConstraint(fields=('statement', 'party'), name='accusation_once'),
        ),
        migrations.AddConstraint(
            model_name='statementincident',
            constraint=models.UniqueConstraint(fields=('statement', 'incident'), name='statement_incident_once'),
        ),
        migrations.AddIndex(
            model_name='statement',
            index=models.Index(fields=['-created_at', '-id'], name='statement_newest'),
        ),
        migrations.AddIndex(
            model_name='statement',
            index=models.Index(fields=['party', '-created_at', '-id'], name='statement_by_party'),
        ),
        migrations.AddIndex(
            model_name='statement',
            index=models.Index(fields=['kind', '-created_at', '-id'], name='statement_by_kind'),
        ),
        migrations.AddIndex(
            model_name='statement',
            index=models.Index(fields=['finding', '-created_at', '-id'], name='statement_by_finding'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('tlp__in', ['CLEAR', 'GREEN', 'AMBER', 'AMBER_STRICT', 'RED'])), name='statement_tlp_known'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('handling__contained_by', ['victim_identity', 'minor', 'witness_identity', 'source_identity', 'precise_location', 'graphic', 'sexual_violence', 'military_sensitive', 'sub_judice', 'embargo', 'legal_hold'])), name='statement_handling_known'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('embargo_until__isnull', False), ('handling__contains', ['embargo'])), models.Q(models.Q(('handling__contains', ['embargo']), _negated=True), ('embargo_until__isnull', True)), _connector='OR'), name='statement_embargo_has_date'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('finding__in', ['unverified', 'in_progress', 'could_not_confirm', 'partly_corroborated', 'corroborated', 'verified', 'contradicted', 'refuted', 'not_checkable', 'withdrawn'])), name='statement_finding_known'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('stage__in', ['unverified', 'in_progress', 'could_not_confirm', 'partly_corroborated', 'corroborated', 'verified', 'contradicted', 'refuted', 'not_checkable', 'withdrawn'])), name='statement_stage_known'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finding__in', ['contradicted', 'corroborated', 'could_not_confirm', 'not_checkable', 'partly_corroborated', 'refuted', 'verified']), ('standing__isnull', False)), models.Q(models.Q(('finding__in', ['contradicted', 'corroborated', 'could_not_confirm', 'not_checkable', 'partly_corroborated', 'refuted', 'verified']), _negated=True), ('standing__isnull', True)), _connector='OR'), name='statement_conclusion_has_assessment'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('said_precision__in', ['instant', 'day', 'few_days', 'week', 'month', 'year', 'range', 'unknown'])), name='statement_said_precision_known'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('said', ''), ('said_end__isnull', True), ('said_precision', 'unknown'), ('said_start__isnull', True)), models.Q(models.Q(('said', ''), _negated=True), models.Q(('said_precision', 'unknown'), _negated=True), ('said_end__isnull', False), ('said_start__isnull', False), ('said_start__lte', models.F('said_end'))), _connector='OR'), name='statement_said_bounds'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['allegation', 'denial', 'acknowledgement', 'justification', 'characterization', 'casualty_figure', 'authenticity_claim', 'humanitarian_claim', 'movement_claim', 'motive_claim', 'condemnation', 'endorsement', 'announcement', 'appeal', 'testimony', 'finding', 'correction', 'retraction', 'no_comment'])), name='statement_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('spoken_as__in', ['head_of_state', 'head_of_government', 'minister', 'spokesperson', 'official_channel', 'military_command', 'local_official', 'diplomat', 'igo_official', 'ngo', 'witness', 'journalist', 'unnamed_official', 'other'])), name='statement_spoken_as_known'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('how_known__in', ['on_record', 'official_publication', 'on_background', 'anonymous', 'via_third_party'])), name='statement_how_known_known'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('checkability__in', ['factual', 'legal_characterization', 'opinion', 'commitment', 'unclear'])), name='statement_checkability_known'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('workflow__in', ['draft', 'in_review', 'changes_requested', 'approved', 'set_aside'])), name='statement_workflow_known'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('lifecycle__in', ['current', 'corrected', 'superseded', 'retracted_by_speaker', 'removed'])), name='statement_lifecycle_known'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('responsibility_position', None), ('responsibility_position__in', ['states_circumstances', 'denies_act', 'acknowledges_act_denies_responsibility', 'acknowledges_act_alternative_explanation', 'accepts_responsibility', 'unknown']), _connector='OR'), name='statement_position_known'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['denial', 'acknowledgement', 'justification']), _negated=True), ('responsibility_position__isnull', False), _connector='OR'), name='statement_answer_has_position'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'authenticity_claim'), _negated=True), ('media_item__isnull', False), _connector='OR'), name='statement_authenticity_names_media'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'allegation'), _negated=True), ('names_nobody__isnull', False), _connector='OR'), name='statement_allegation_was_asked'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lifecycle', 'current'), ('lifecycle_at__isnull', True), ('lifecycle_by__isnull', True)), models.Q(models.Q(('lifecycle', 'current'), _negated=True), ('lifecycle_at__isnull', False), ('lifecycle_by__isnull', False), models.Q(('lifecycle_reason', ''), _negated=True)), _connector='OR'), name='statement_lifecycle_has_reason'),
        ),
    ]
