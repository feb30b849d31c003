"""Something published or handed over."""

import functools

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from harmtracker.identity import new_id, new_ref
from harmtracker.records import Marked, Record, RecordQuerySet, Workflow, choice_constraint, marking_constraints
from sources.models.party import Party


class SourceKind(models.TextChoices):
    ARTICLE = "article", _("Article")
    OFFICIAL_POST = "official_post", _("Official post")
    BROADCAST = "broadcast", _("Broadcast")
    VIDEO_PAGE = "video_page", _("Video page")
    DOCUMENT = "document", _("Document")
    UPLOAD = "upload", _("Uploaded file")
    PASTED = "pasted", _("Pasted text")
    OTHER = "other", _("Other")


class VisitPolicy(models.TextChoices):
    PUBLIC_LINK = "public_link", _("Public link")
    DO_NOT_CONTACT = "do_not_contact", _("Do not contact the site")


class Source(Record, Marked):
    """One article, post, broadcast, document or handed-over text. Never entered twice by someone who sees the first.

    ``submitted_address`` is what the person pasted, byte for byte; ``address_key`` is a normalised form used only to
    find duplicates. Published dates are EDTF as reported, with derived bounds.
    """

    ref = models.CharField(max_length=12, unique=True, editable=False, default=functools.partial(new_ref, "SO"))
    kind = models.CharField(max_length=16, choices=SourceKind.choices, default=SourceKind.ARTICLE)
    title = models.CharField(max_length=400, blank=True)
    publisher = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="published")
    submitted_address = models.TextField(blank=True)
    address_key = models.TextField(blank=True, editable=False)
    host = models.CharField(max_length=253, blank=True, editable=False)
    visit_policy = models.CharField(max_length=16, choices=VisitPolicy.choices, default=VisitPolicy.PUBLIC_LINK)
    lang = models.CharField(max_length=35, blank=True)
    published = models.CharField(max_length=40, blank=True, help_text=_("EDTF, as reported."))
    published_from = models.CharField(max_length=20, blank=True, help_text=_("Where the date was taken from."))
    published_start = models.DateTimeField(null=True, blank=True)
    published_end = models.DateTimeField(null=True, blank=True)
    workflow = models.CharField(max_length=18, choices=Workflow.choices, default=Workflow.DRAFT)
    recheck_after = models.DateTimeField(null=True, blank=True)
    recheck_step = models.PositiveSmallIntegerField(default=0, help_text=_("How far along the schedule of visits."))
    watch = models.BooleanField(default=True)
    unwatched_reason = models.CharField(max_length=300, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True, help_text=_("Since when the site says it is not there."))

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            *marking_constraints("source"),
            choice_constraint("source", "kind", SourceKind),
            choice_constraint("source", "visit_policy", VisitPolicy),
            choice_constraint("source", "workflow", Workflow),
            models.CheckConstraint(
                condition=Q(submitted_address="", address_key="") | (~Q(submitted_address="") & ~Q(address_key="")),
                name="source_address_has_key",
            ),
            models.CheckConstraint(
                condition=Q(published_start__isnull=True, published_end__isnull=True)
                | Q(
                    published_start__isnull=False, published_end__isnull=False, published_start__lte=F("published_end")
                ),
                name="source_published_in_order",
            ),
            models.CheckConstraint(
                condition=Q(watch=True, unwatched_reason="") | (Q(watch=False) & ~Q(unwatched_reason="")),
                name="source_unwatched_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["address_key"], condition=~Q(address_key=""), name="source_by_address"),
            models.Index(fields=["-created_at", "-id"], name="source_newest"),
            models.Index(fields=["host", "-created_at", "-id"], name="source_by_host"),
            models.Index(
                fields=["recheck_after"],
                condition=Q(watch=True, recheck_after__isnull=False),
                name="source_recheck_due",
            ),
            models.Index(
                fields=["created_at", "id"], condition=Q(workflow=Workflow.IN_REVIEW), name="source_in_review"
            ),
            models.Index(
                fields=["created_by", "created_at"],
                condition=Q(workflow=Workflow.CHANGES_REQUESTED),
                name="source_sent_back",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.submitted_address or self.ref

    def get_absolute_url(self) -> str:
        return reverse("source", args=[self.ref])


class Citation(models.Model):
    """``citing`` links to ``cited``: how we got from a copy to the post it quotes. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    citing = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="cites")
    cited = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="cited_by")
    address = models.TextField(help_text=_("The address as it stands in the citing text."))
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["citing", "cited", "address"], name="citation_once"),
            models.CheckConstraint(condition=~Q(citing=F("cited")), name="citation_not_of_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.citing_id} cites {self.cited_id}"
