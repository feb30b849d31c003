import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import functools
import harmtracker.identity
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('harmtracker', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Blob',
            fields=[
                ('sha256', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('size', models.PositiveBigIntegerField(help_text='bytes')),
                ('media_type', models.CharField(blank=True, max_length=120)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('destroyed_at', models.DateTimeField(null=True)),
                ('destroyed_reason', models.TextField(blank=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='blob_named_by_sha256'), models.CheckConstraint(condition=models.Q(models.Q(('destroyed_at__isnull', True), ('destroyed_reason', '')), models.Q(('destroyed_at__isnull', False), models.Q(('destroyed_reason', ''), _negated=True)), _connector='OR'), name='blob_destroyed_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('handling', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('victim_identity', 'Victim identity'), ('minor', 'Minor'), ('witness_identity', 'Witness identity'), ('source_identity', 'Source identity'), ('precise_location', 'Precise location'), ('graphic', 'Graphic'), ('sexual_violence', 'Sexual violence'), ('military_sensitive', 'Military sensitive'), ('sub_judice', 'Sub judice'), ('embargo', 'Embargo'), ('legal_hold', 'Legal hold')], max_length=20), blank=True, default=list)),
                ('embargo_until', models.DateTimeField(blank=True, null=True)),
                ('ref', models.CharField(default=functools.partial(harmtracker.identity.new_ref, 'PA'), editable=False, max_length=12, unique=True)),
                ('kind', models.CharField(choices=[('state', 'State'), ('state_body', 'State body'), ('armed_force', 'Armed force'), ('non_state_armed_group', 'Non-state armed group'), ('igo', 'Intergovernmental organisation'), ('court', 'Court'), ('ngo', 'Non-governmental organisation'), ('media', 'News organisation'), ('company', 'Company'), ('community', 'Community'), ('person', 'Person'), ('office', 'Office'), ('witness', 'Witness'), ('unknown', 'Unknown')], max_length=24)),
                ('name', models.CharField(max_length=200)),
                ('description', models.CharField(blank=True, max_length=300)),
                ('tlp', models.CharField(choices=[('CLEAR', 'TLP:CLEAR'), ('GREEN', 'TLP:GREEN'), ('AMBER', 'TLP:AMBER'), ('AMBER_STRICT', 'TLP:AMBER+STRICT'), ('RED', 'TLP:RED')], default='GREEN', max_length=12)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sources.party')),
                ('named', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='harmtracker.team')),
            ],
            options={
                'ordering': ['name', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('tlp__in', ['CLEAR', 'GREEN', 'AMBER', 'AMBER_STRICT', 'RED'])), name='party_tlp_known'), models.CheckConstraint(condition=models.Q(('handling__contained_by', ['victim_identity', 'minor', 'witness_identity', 'source_identity', 'precise_location', 'graphic', 'sexual_violence', 'military_sensitive', 'sub_judice', 'embargo', 'legal_hold'])), name='party_handling_known'), models.CheckConstraint(condition=models.Q(models.Q(('embargo_until__isnull', False), ('handling__contains', ['embargo'])), models.Q(models.Q(('handling__contains', ['embargo']), _negated=True), ('embargo_until__isnull', True)), _connector='OR'), name='party_embargo_has_date'), models.CheckConstraint(condition=models.Q(('kind__in', ['state', 'state_body', 'armed_force', 'non_state_armed_group', 'igo', 'court', 'ngo', 'media', 'company', 'community', 'person', 'office', 'witness', 'unknown'])), name='party_kind_known'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='party_has_name'), models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('merged_into', models.F('id')), _negated=True), _connector='OR'), name='party_not_own_merge')],
            },
        ),
        migrations.CreateModel(
            name='Affiliation',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('kind', models.CharField(choices=[('holds', 'holds the office'), ('belongs_to', 'belongs to'), ('acts_for', 'speaks for')], max_length=12)),
                ('since', models.DateField(blank=True, null=True)),
                ('until', models.DateField(blank=True, null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='sources.party')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='affiliations', to='sources.party')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('party', models.F('body')), _negated=True), name='affiliation_not_to_itself'), models.CheckConstraint(condition=models.Q(('since', None), ('until', None), ('since__lte', models.F('until')), _connector='OR'), name='affiliation_in_order'), models.UniqueConstraint(fields=('party', 'body', 'kind', 'since'), name='affiliation_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('kind__in', ['holds', 'belongs_to', 'acts_for'])), name='affiliation_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='PartyName',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=200)),
                ('lang', models.CharField(blank=True, help_text='BCP 47 tag, with script where it matters.', max_length=35)),
                ('kind', models.CharField(choices=[('official', 'Official name'), ('short', 'Short name'), ('transliteration', 'Transliteration'), ('former', 'Former name'), ('as_reported', 'As reported, possibly damaged')], default='official', max_length=16)),
                ('folded', models.CharField(editable=False, max_length=200)),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='names', to='sources.party')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['folded'], name='party_name_folded_trgm', opclasses=['gin_trgm_ops'])],
                'constraints': [models.UniqueConstraint(fields=('party', 'text'), name='party_name_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['official', 'short', 'transliteration', 'former', 'as_reported'])), name='party_name_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('tlp', models.CharField(choices=[('CLEAR', 'TLP:CLEAR'), ('GREEN', 'TLP:GREEN'), ('AMBER', 'TLP:AMBER'), ('AMBER_STRICT', 'TLP:AMBER+STRICT'), ('RED', 'TLP:RED')], default='AMBER', max_length=12)),
                ('handling', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('victim_identity', 'Victim identity'), ('minor', 'Minor'), ('witness_identity', 'Witness identity'), ('source_identity', 'Source identity'), ('precise_location', 'Precise location'), ('graphic', 'Graphic'), ('sexual_violence', 'Sexual violence'), ('military_sensitive', 'Military sensitive'), ('sub_judice', 'Sub judice'), ('embargo', 'Embargo'), ('legal_hold', 'Legal hold')], max_length=20), blank=True, default=list)),
                ('embargo_until', models.DateTimeField(blank=True, null=True)),
                ('ref', models.CharField(default=functools.partial(harmtracker.identity.new_ref, 'SO'), editable=False, max_length=12, unique=True)),
                ('kind', models.CharField(choices=[('article', 'Article'), ('official_post', 'Official post'), ('broadcast', 'Broadcast'), ('video_page', 'Video page'), ('document', 'Document'), ('upload', 'Uploaded file'), ('pasted', 'Pasted text'), ('other', 'Other')], default='article', max_length=16)),
                ('title', models.CharField(blank=True, max_length=400)),
                ('submitted_address', models.TextField(blank=True)),
                ('address_key', models.TextField(blank=True, editable=False)),
                ('host', models.CharField(blank=True, editable=False, max_length=253)),
                ('visit_policy', models.CharField(choices=[('public_link', 'Public link'), ('do_not_contact', 'Do not contact the site')], default='public_link', max_length=16)),
                ('lang', models.CharField(blank=True, max_length=35)),
                ('published', models.CharField(blank=True, help_text='EDTF, as reported.', max_length=40)),
                ('published_from', models.CharField(blank=True, help_text='Where the date was taken from.', max_length=20)),
                ('published_start', models.DateTimeField(blank=True, null=True)),
                ('published_end', models.DateTimeField(blank=True, null=True)),
                ('workflow', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('changes_requested', 'Changes requested'), ('approved', 'Approved'), ('set_aside', 'Set aside')], default='draft', max_length=18)),
                ('recheck_after', models.DateTimeField(blank=True, null=True)),
                ('watch', models.BooleanField(default=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('named', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('publisher', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='published', to='sources.party')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='harmtracker.team')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('address_key', ''), _negated=True), fields=['address_key'], name='source_by_address'), models.Index(fields=['-created_at', '-id'], name='source_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('tlp__in', ['CLEAR', 'GREEN', 'AMBER', 'AMBER_STRICT', 'RED'])), name='source_tlp_known'), models.CheckConstraint(condition=models.Q(('handling__contained_by', ['victim_identity', 'minor', 'witness_identity', 'source_identity', 'precise_location', 'graphic', 'sexual_violence', 'military_sensitive', 'sub_judice', 'embargo', 'legal_hold'])), name='source_handling_known'), models.CheckConstraint(condition=models.Q(models.Q(('embargo_until__isnull', False), ('handling__contains', ['embargo'])), models.Q(models.Q(('handling__contains', ['embargo']), _negated=True), ('embargo_until__isnull', True)), _connector='OR'), name='source_embargo_has_date'), models.CheckConstraint(condition=models.Q(('kind__in', ['article', 'official_post', 'broadcast', 'video_page', 'document', 'upload', 'pasted', 'other'])), name='source_kind_known'), models.CheckConstraint(condition=models.Q(('visit_policy__in', ['public_link', 'do_not_contact'])), name='source_visit_policy_known'), models.CheckConstraint(condition=models.Q(('workflow__in', ['draft', 'in_review', 'changes_requested', 'approved', 'set_aside'])), name='source_workflow_known'), models.CheckConstraint(condition=models.Q(models.Q(('address_key', ''), ('submitted_address', '')), models.Q(models.Q(('submitted_address', ''), _negated=True), models.Q(('address_key', ''), _negated=True)), _connector='OR'), name='source_address_has_key'), models.CheckConstraint(condition=models.Q(models.Q(('published_end__isnull', True), ('published_start__isnull', True)), models.Q(('published_end__isnull', False), ('published_start__isnull', False), ('published_start__lte', models.F('published_end'))), _connector='OR'), name='source_published_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Copy',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('kind', models.CharField(choices=[('reprint', 'Reprint'), ('translation', 'Translation'), ('relay', 'Relay')], max_length=12)),
                ('state', models.CharField(choices=[('suggested', 'Suggested'), ('confirmed', 'Confirmed'), ('dismissed', 'Dismissed')], default='suggested', max_length=10)),
                ('evidence', models.JSONField(default=dict)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_reason', models.TextField(blank=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('derived', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='copies_of', to='sources.source')),
                ('original', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='copied_by', to='sources.source')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('derived', 'original'), name='copy_once'), models.CheckConstraint(condition=models.Q(('derived', models.F('original')), _negated=True), name='copy_not_of_itself'), models.CheckConstraint(condition=models.Q(('kind__in', ['reprint', 'translation', 'relay'])), name='copy_kind_known'), models.CheckConstraint(condition=models.Q(('state__in', ['suggested', 'confirmed', 'dismissed'])), name='copy_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('state', 'suggested')), models.Q(models.Q(('state', 'suggested'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='copy_decided_by_a_person')],
            },
        ),
        migrations.CreateModel(
            name='Citation',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('address', models.TextField(help_text='The address as it stands in the citing text.')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cited', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cited_by', to='sources.source')),
                ('citing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cites', to='sources.source')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('citing', 'cited', 'address'), name='citation_once'), models.CheckConstraint(condition=models.Q(('citing', models.F('cited')), _negated=True), name='citation_not_of_itself')],
            },
        ),
        migrations.CreateModel(
            name='Capture',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField(help_text='1 for the first attempt at this source.')),
                ('obtained', models.CharField(choices=[('fetched', 'Fetched'), ('uploaded', 'Uploaded'), ('pasted', 'Pasted')], max_length=10)),
                ('reason', models.CharField(blank=True, help_text='Why it was uploaded or pasted.', max_length=300)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('file_name', models.CharField(blank=True, max_length=255)),
                ('outcome', models.CharField(blank=True, choices=[('ok', 'Captured'), ('ok.partial', 'Captured in part'), ('url.invalid', 'Not a link'), ('url.scheme', 'Not a web address'), ('url.port', 'Unusual port'), ('url.credentials', 'Name or password in the address'), ('url.length', 'Address too long'), ('ssrf.blocked', 'Not a public address'), ('dns.nxdomain', 'No such site'), ('dns.temp', 'Name could not be looked up'), ('tcp.refused', 'Connection refused'), ('tcp.timeout', 'No answer'), ('tcp.reset', 'Connection broken off'), ('tls.invalid', 'Certificate not valid'), ('tls.expired', 'Certificate expired'), ('http.404', 'Page not found (404)'), ('http.410', 'Page withdrawn (410)'), ('http.451', 'Blocked for legal reasons (451)'), ('http.401', 'Log-in demanded (401)'), ('http.403', 'Visit refused (403)'), ('http.429', 'Asked to slow down (429)'), ('http.4xx', 'Request refused (4xx)'), ('http.5xx', 'Site failing (5xx)'), ('http.broken', 'Answer makes no sense'), ('redirect.loop', 'Redirects in a circle'), ('redirect.toomany', 'Too many redirects'), ('redirect.home', 'Redirected to the front page'), ('redirect.downgrade', 'Redirected to an unprotected address'), ('size.header', 'Announced as too large'), ('size.streamed', 'Too large'), ('size.decoded', 'Too large once unpacked'), ('size.headers', 'Headers too large'), ('ratio', 'Packed suspiciously tight'), ('time.total', 'Took too long'), ('body.truncated', 'Broke off midway'), ('type.unsupported', 'Kind of file not supported'), ('type.mismatch', 'Not the kind of file it claims to be'), ('parse.timeout', 'Reading took too long'), ('parse.memory', 'Reading took too much memory'), ('parse.crash', 'Reading failed'), ('parse.disagree', 'Two readers disagree'), ('verdict.challenge', 'A check for robots'), ('verdict.login', 'A log-in page'), ('verdict.paywall', 'Only a teaser before a paywall'), ('verdict.consent', 'Only a consent form'), ('verdict.soft404', 'Says that the page does not exist'), ('verdict.deleted_post', 'The post was deleted'), ('verdict.empty', 'No words in it'), ('verdict.not_article', 'Not an article'), ('robots.disallow', 'Robots are asked to stay away'), ('store.full', 'No room to keep it'), ('store.hash_mismatch', 'Stored bytes are damaged'), ('worker.lost', 'The work was interrupted'), ('attest.failed', 'No time-stamp')], max_length=30)),
                ('outcome_detail', models.CharField(blank=True, max_length=300)),
                ('finished_at', models.DateTimeField(null=True)),
                ('media_type', models.CharField(blank=True, max_length=120)),
                ('charset', models.CharField(blank=True, max_length=40)),
                ('final_address', models.TextField(blank=True)),
                ('hops', models.JSONField(default=list)),
                ('text', models.TextField(blank=True)),
                ('text_sha256', models.CharField(blank=True, max_length=64)),
                ('walker_version', models.PositiveSmallIntegerField(null=True)),
                ('title', models.CharField(blank=True, max_length=400)),
                ('lang', models.CharField(blank=True, max_length=35)),
                ('metadata', models.JSONField(default=dict)),
                ('links', models.JSONField(default=list)),
                ('flags', models.JSONField(default=list)),
                ('body', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sources.blob')),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='captures', to='sources.source')),
            ],
            options={
                'ordering': ['source', '-number'],
                'indexes': [models.Index(fields=['body'], name='capture_by_body')],
                'constraints': [models.UniqueConstraint(fields=('source', 'number'), name='capture_number_once'), models.CheckConstraint(condition=models.Q(('obtained__in', ['fetched', 'uploaded', 'pasted'])), name='capture_obtained_known'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('outcome', '')), models.Q(('outcome__in', ['ok', 'ok.partial', 'url.invalid', 'url.scheme', 'url.port', 'url.credentials', 'url.length', 'ssrf.blocked', 'dns.nxdomain', 'dns.temp', 'tcp.refused', 'tcp.timeout', 'tcp.reset', 'tls.invalid', 'tls.expired', 'http.404', 'http.410', 'http.451', 'http.401', 'http.403', 'http.429', 'http.4xx', 'http.5xx', 'http.broken', 'redirect.loop', 'redirect.toomany', 'redirect.home', 'redirect.downgrade', 'size.header', 'size.streamed', 'size.decoded', 'size.headers', 'ratio', 'time.total', 'body.truncated', 'type.unsupported', 'type.mismatch', 'parse.timeout', 'parse.memory', 'parse.crash', 'parse.disagree', 'verdict.challenge', 'verdict.login', 'verdict.paywall', 'verdict.consent', 'verdict.soft404', 'verdict.deleted_post', 'verdict.empty', 'verdict.not_article', 'robots.disallow', 'store.full', 'store.hash_mismatch', 'worker.lost', 'attest.failed']), ('finished_at__isnull', False)), _connector='OR'), name='capture_outcome_with_time'), models.CheckConstraint(condition=models.Q(models.Q(('text', ''), ('text_sha256', '')), models.Q(models.Q(('text', ''), _negated=True), ('text_sha256__regex', '^[0-9a-f]{64}$'), ('walker_version__isnull', False)), _connector='OR'), name='capture_text_is_hashed'), models.CheckConstraint(condition=models.Q(('text', ''), ('body__isnull', False), _connector='OR'), name='capture_text_has_body')],
            },
        ),
        migrations.CreateModel(
            name='CaptureComparison',
            fields=[
                ('id', models.UUIDField(default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False)),
                ('note', models.TextField(help_text='What was compared with what.')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('capture', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comparisons', to='sources.capture')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('note', ''), _negated=True), name='comparison_has_note')],
            },
        ),
    ]
