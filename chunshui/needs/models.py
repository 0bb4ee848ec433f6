from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from chunshui.needs.states import (
    HOLDING,
    OPEN,
    AssignmentState,
    Channel,
    FollowUpKind,
    FollowUpState,
    OfferSource,
    OfferState,
    PersonChange,
    Priority,
    ProposalOutcome,
    Repeat,
    RoundState,
    State,
    UrgentReason,
    Wish,
)

PERSON = settings.AUTH_USER_MODEL


class ServiceRows(models.QuerySet["Service"]):
    def of(self, community_id: int | None) -> ServiceRows:
        """The district's services and, of a community, its own."""
        return self.filter(Q(community=None) | Q(community_id=community_id))


class Service(models.Model):
    """A line of the district's menu, or a community's own. `required` and `useful` are qualification masks (people.Volunteer).

    Retired ones are kept (`is_offered` is false): orders go on pointing at them.
    """

    community = models.ForeignKey("areas.Area", null=True, on_delete=models.PROTECT, related_name="+")
    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=30)
    name_en = models.CharField(max_length=50)
    spoken = models.CharField(max_length=30)
    spoken_en = models.CharField(max_length=50)
    category = models.CharField(max_length=4)
    icon = models.CharField(max_length=20)
    tone = models.CharField(max_length=10, blank=True)
    minutes = models.PositiveSmallIntegerField()
    required = models.BigIntegerField(default=0)
    useful = models.BigIntegerField(default=0)
    least_age = models.PositiveSmallIntegerField(default=18)
    gender_wish = models.BooleanField(default=False)
    volunteers = models.PositiveSmallIntegerField(default=1)
    for_groups = models.JSONField(default=list)
    risk_note = models.CharField(max_length=200, blank=True)
    risk_note_en = models.CharField(max_length=300, blank=True)
    words = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField(default=100)
    is_offered = models.BooleanField(default=True)
    #: what a community says about this line of the menu (queries.menu fills it in)
    note: str = ""

    objects = ServiceRows.as_manager()

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class MenuLine(models.Model):
    """What a community changes in the district's menu: leaves a service out, or adds a note, or its own duration."""

    community = models.ForeignKey("areas.Area", on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="lines")
    is_offered = models.BooleanField(default=True)
    note = models.CharField(max_length=120, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "service"], name="menu_line_once")]


class NumberStem(models.Model):
    """The last number given under a stem such as LM-1124. It runs on over the years, so a number never comes back."""

    stem = models.CharField(max_length=16, unique=True)
    last = models.PositiveIntegerField(default=0)


class NeedRows(models.QuerySet["Need"]):
    def in_state(self, *states: str) -> NeedRows:
        return self.filter(state__in=states)

    def open(self) -> NeedRows:
        return self.filter(state__in=OPEN)


class Need(models.Model):
    """One order. Times are moments; `wish_from`–`wish_until` is the wished window (null: any time). `due_at` is the clock that runs now.

    `urgent_reason` and `urgent_words` are what the resident calls urgent; `priority` is what counts.
    `address_sealed` opens under the resident's key (context need-address). `places_filled` counts assignments that hold a place.
    """

    number = models.CharField(max_length=20, unique=True)
    resident = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="needs", db_index=False)
    placed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="placed_needs", db_index=False)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    consent_note = models.CharField(max_length=200, blank=True)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="needs", db_index=False)
    title = models.CharField(max_length=40)
    details = models.CharField(max_length=500, blank=True)
    wish = models.CharField(max_length=6, choices=Wish.choices)
    wish_from = models.DateTimeField(null=True)
    wish_until = models.DateTimeField(null=True)
    repeat = models.CharField(max_length=6, choices=Repeat.choices, default=Repeat.ONCE)
    series = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="occurrences")
    minutes = models.PositiveSmallIntegerField()
    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    street = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    community = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    latitude = models.FloatField()
    longitude = models.FloatField()
    rough_place = models.CharField(max_length=60)
    address_sealed = models.BinaryField(default=b"")
    focus_groups = models.JSONField(default=list)
    people_needed = models.PositiveSmallIntegerField(default=1)
    places_filled = models.PositiveSmallIntegerField(default=0)
    gender = models.PositiveSmallIntegerField(default=0)
    language = models.PositiveSmallIntegerField(default=0)
    same_volunteer = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    dangers = models.JSONField(default=list)
    danger_note = models.CharField(max_length=200, blank=True)
    urgent_reason = models.CharField(max_length=10, choices=UrgentReason.choices, blank=True)
    urgent_words = models.CharField(max_length=120, blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUBMITTED)
    due_at = models.DateTimeField(null=True)
    level = models.PositiveSmallIntegerField(default=0)
    wave = models.PositiveSmallIntegerField(default=0)
    service_code = models.CharField(max_length=4)
    note_to_volunteer = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="duplicates")
    reviewed_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    staffed_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = NeedRows.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="need_state"),
            models.CheckConstraint(condition=Q(places_filled__lte=F("people_needed")), name="need_not_overfull"),
            models.CheckConstraint(condition=Q(wish_until__gt=F("wish_from")) | Q(wish_from__isnull=True), name="need_window_order"),
            models.UniqueConstraint(fields=["series", "wish_from"], name="need_occurrence_once"),
        ]
        indexes = [
            models.Index(fields=["community", "state", "due_at", "id"], name="need_community_queue"),
            models.Index(fields=["street", "state", "due_at", "id"], name="need_street_queue"),
            models.Index(fields=["state", "due_at", "id"], name="need_queue"),
            models.Index(fields=["community", "-id"], name="need_community"),
            models.Index(fields=["street", "-id"], name="need_street"),
            models.Index(fields=["resident", "-id"], name="need_resident"),
            models.Index(fields=["placed_by", "-id"], name="need_placed_by"),
            models.Index(fields=["accepted_at"], name="need_accepted", condition=Q(accepted_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class NeedToken(models.Model):
    """Search tokens of number, title, details and resident's name."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="tokens", db_index=False)
    token = models.CharField(max_length=12)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "need"], name="need_token_once")]
        indexes = [models.Index(fields=["need"], name="need_token_need")]


class NeedPhoto(models.Model):
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="photos")
    image = models.ImageField(upload_to="needs/")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Offer(models.Model):
    """A question to one volunteer. `reasons` keeps what the engine said at the time (codes and numbers)."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="offers", db_index=False)
    volunteer = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="offers", db_index=False)
    team_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=OfferState.choices, default=OfferState.OPEN)
    source = models.CharField(max_length=8, choices=OfferSource.choices)
    wave = models.PositiveSmallIntegerField(default=1)
    reasons = models.JSONField(default=list)
    hand_reason = models.CharField(max_length=200, blank=True)
    round = models.ForeignKey("Round", null=True, on_delete=models.SET_NULL, related_name="offers")
    sent_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answer_note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=OfferState.values), name="offer_state"),
            models.UniqueConstraint(fields=["need", "volunteer"], condition=Q(state="open"), name="offer_open_once"),
        ]
        indexes = [
            models.Index(fields=["need", "id"], name="offer_need"),
            models.Index(fields=["volunteer", "-sent_at"], name="offer_volunteer"),
            models.Index(fields=["answer_by"], condition=Q(state="open"), name="offer_expiry"),
        ]


class Assignment(models.Model):
    """A place taken by a volunteer. `planned_from`–`planned_until` is what keeps two services from overlapping."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="assignments", db_index=False)
    volunteer = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="assignments", db_index=False)
    offer = models.OneToOneField(Offer, null=True, on_delete=models.PROTECT, related_name="assignment")
    state = models.CharField(max_length=10, choices=AssignmentState.choices, default=AssignmentState.PLANNED)
    planned_from = models.DateTimeField(null=True)
    planned_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    checked_in_at = models.DateTimeField(null=True)
    checked_out_at = models.DateTimeField(null=True)
    check_in_way = models.CharField(max_length=10, blank=True)
    check_out_way = models.CharField(max_length=10, blank=True)
    entry_way = models.CharField(max_length=1, blank=True)
    minutes = models.PositiveIntegerField(null=True)
    change = models.CharField(max_length=10, choices=PersonChange.choices, blank=True)
    words = models.CharField(max_length=300, blank=True)
    released_at = models.DateTimeField(null=True)
    release_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AssignmentState.values), name="assignment_state"),
            models.UniqueConstraint(fields=["need", "volunteer"], condition=Q(state__in=sorted(HOLDING)), name="assignment_place_once"),
            models.UniqueConstraint(fields=["volunteer"], condition=Q(state="present"), name="assignment_present_once"),
        ]
        indexes = [
            models.Index(fields=["need", "id"], name="assignment_need"),
            models.Index(fields=["volunteer", "-id"], name="assignment_volunteer"),
            models.Index(fields=["checked_in_at"], name="assignment_present", condition=Q(state=AssignmentState.PRESENT)),
            models.Index(fields=["planned_from"], name="assignment_ahead", condition=Q(state=AssignmentState.PLANNED, reminded_at=None)),
        ]


class Round(models.Model):
    """A batch dispatch over an area: what is proposed, why, and what became of it. One open round an area."""

    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=RoundState.choices, default=RoundState.SOLVING)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_queued = models.BooleanField(default=False)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    locked = models.JSONField(default=list)
    forbidden = models.JSONField(default=list)
    summary = models.JSONField(default=dict)
    sent_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RoundState.values), name="round_state"),
            models.UniqueConstraint(fields=["area"], condition=Q(state__in=["solving", "proposed", "sending"]), name="round_open_once"),
        ]


class RoundPrices(models.Model):
    """What the plan of a round was proven with, kept as the engine packs it: it answers why somebody was not chosen."""

    round = models.OneToOneField(Round, primary_key=True, on_delete=models.CASCADE, related_name="prices")
    data = models.BinaryField()


class Proposal(models.Model):
    """One proposed pair of a round, or an order left unserved (`volunteer` null, `reasons` holds the binding one)."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="proposals", db_index=False)
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="+")
    volunteer = models.ForeignKey(PERSON, null=True, on_delete=models.CASCADE, related_name="+")
    cost = models.IntegerField(default=0)
    reasons = models.JSONField(default=list)
    outcome = models.CharField(max_length=8, choices=ProposalOutcome.choices, default=ProposalOutcome.OPEN)
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "need", "volunteer"], name="proposal_once"),
            models.CheckConstraint(condition=Q(outcome__in=ProposalOutcome.values), name="proposal_outcome"),
        ]
        indexes = [models.Index(fields=["round", "outcome", "need"], name="proposal_unsent")]


class Rating(models.Model):
    need = models.OneToOneField(Need, on_delete=models.CASCADE, related_name="rating")
    stars = models.PositiveSmallIntegerField()
    tags = models.JSONField(default=list)
    words = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="rating_stars")]
        indexes = [models.Index(fields=["at"], name="rating_at")]


class FollowUp(models.Model):
    """A poor rating, a complaint or a volunteer's report: someone who was not involved answers it by `due_at`.

    `by` is whose word it is; `entered_by` the worker who took it down by telephone or at the counter.
    """

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="follow_ups")
    kind = models.CharField(max_length=10, choices=FollowUpKind.choices)
    state = models.CharField(max_length=10, choices=FollowUpState.choices, default=FollowUpState.OPEN)
    words = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.WEB)
    entered_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    handled_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=500, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=FollowUpState.values), name="follow_up_state"),
            models.UniqueConstraint(fields=["need", "kind"], condition=Q(state="open"), name="follow_up_open_once"),
        ]
        indexes = [models.Index(fields=["state", "due_at", "id"], name="follow_up_queue")]


class Tally(models.Model):
    """Statistics per month, community and service, kept by reactions and rebuilt from orders at will."""

    month = models.DateField()
    community = models.ForeignKey("areas.Area", on_delete=models.CASCADE, related_name="+", db_index=False)
    street = models.ForeignKey("areas.Area", on_delete=models.CASCADE, related_name="+", db_index=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    placed = models.PositiveIntegerField(default=0)
    delivered = models.PositiveIntegerField(default=0)
    cancelled = models.PositiveIntegerField(default=0)
    rated = models.PositiveIntegerField(default=0)
    stars = models.PositiveIntegerField(default=0)
    pleased = models.PositiveIntegerField(default=0)
    minutes = models.PositiveIntegerField(default=0)
    answer_minutes = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "community", "service"], name="tally_once")]
        indexes = [models.Index(fields=["street", "month"], name="tally_street")]


class Answering(models.Model):
    """What is remembered of one volunteer's answers in half a year, reckoned every night. `first` decides who is asked first, `yes` how many are."""

    volunteer = models.OneToOneField(PERSON, primary_key=True, on_delete=models.CASCADE, related_name="+")
    asked = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    accepted = models.PositiveIntegerField()
    silent = models.PositiveIntegerField()
    first = models.FloatField()
    yes = models.FloatField()
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(accepted__lte=F("answered")), name="answering_yes_is_an_answer"),
            models.CheckConstraint(condition=Q(first__gte=0, first__lte=1, yes__gte=0, yes__lte=1), name="answering_chances"),
        ]


class AnswerHabit(models.Model):
    """The same for everyone of a community, and (community null) of the district: what is expected of somebody of whom nothing is known."""

    community = models.OneToOneField("areas.Area", null=True, on_delete=models.CASCADE, related_name="+")
    first = models.FloatField()
    yes = models.FloatField()
    computed_at = models.DateTimeField()
