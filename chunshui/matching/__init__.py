"""The dispatch engine: arrays of volunteers and orders in, assignments and reasons out.

Hard rules decide who *may* go (skills, free then, reach, language, gender, age, nobody's no, own limits).
A sum of whole milli-units says how well each pair suits. A round chooses the plan that is best *as a whole*:
a minimum-cost flow order -> (volunteer, time) -> day -> week, where the second visit of a day costs more than the
first and an empty place costs more than any pair. The plan comes with prices that prove it, and every choice
with its reasons as codes and numbers. What a flow cannot say (chains of overlapping times, one time for people who
come together, all or none) is repaired and searched exactly. No Django, no database, no words.

    rank(volunteers, order, weights=..., limit=...)   candidates for one order, best first
    funnel(volunteers, order, weights=...)            how many are left after each rule
    why_not(volunteers, order, volunteer_id, ...)     the first rule that excludes this one, or None
    solve(volunteers, orders, weights=...)            a whole round
    check(volunteers, orders, weights, round)         an independent referee: [] when the round is right
    warm()                                            everything compiled made ready, for the start of a server or worker

A whole district is a `District`: mapped from a folder, kept fresh row by row; rank, funnel and why_not take it in place of Volunteers.
A batch of orders is `Orders`; `shortlist(district, orders, weights)` weighs all their feasible pairs and keeps the cheapest as arcs.
"""

from chunshui.matching.answers import Assignment, Candidate, Load, Round, Unserved
from chunshui.matching.batch import Orders
from chunshui.matching.certificate import check
from chunshui.matching.desk import funnel, rank, reasons_for, why_not
from chunshui.matching.district import District, FullError
from chunshui.matching.keeping import Prices, Regret
from chunshui.matching.orders import FEMALE, MALE, UNKNOWN, Order, Time, slot_bit
from chunshui.matching.reasons import Code, Funnel, Reason, Stage, Term
from chunshui.matching.rounds import binding, solve
from chunshui.matching.shortlist import Shortlist, funnels, shortlist
from chunshui.matching.volunteers import Volunteers, project, unproject
from chunshui.matching.warming import warm
from chunshui.matching.weights import Weights

__all__ = [
    "FEMALE",
    "MALE",
    "UNKNOWN",
    "Assignment",
    "Candidate",
    "Code",
    "District",
    "FullError",
    "Funnel",
    "Load",
    "Order",
    "Orders",
    "Prices",
    "Reason",
    "Regret",
    "Round",
    "Shortlist",
    "Stage",
    "Term",
    "Time",
    "Unserved",
    "Volunteers",
    "Weights",
    "binding",
    "check",
    "funnel",
    "funnels",
    "project",
    "rank",
    "reasons_for",
    "shortlist",
    "slot_bit",
    "solve",
    "unproject",
    "warm",
    "why_not",
]
