"""The verbs of dispatch: ask, take back, answer, claim, give back, and what the clock does."""

from chunshui.needs.commands.dispatch.answering import accept_offer, claim_need, decline_offer, release_assignment
from chunshui.needs.commands.dispatch.asking import offer_need, offer_to_team, withdraw_offer, withdraw_offers
from chunshui.needs.commands.dispatch.district import build_district, district_is_missing, follow_event, mend_district, refresh_people
from chunshui.needs.commands.dispatch.for_team import accept_for_team, decline_for_team
from chunshui.needs.commands.dispatch.waves import expire_offers, first_waves, next_wave

__all__ = [
    "accept_for_team",
    "accept_offer",
    "build_district",
    "claim_need",
    "decline_for_team",
    "decline_offer",
    "district_is_missing",
    "expire_offers",
    "first_waves",
    "follow_event",
    "mend_district",
    "next_wave",
    "offer_need",
    "offer_to_team",
    "refresh_people",
    "release_assignment",
    "withdraw_offer",
    "withdraw_offers",
]
