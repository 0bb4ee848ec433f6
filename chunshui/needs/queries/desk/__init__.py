"""What the staff of an area see: the queue by urgency, the figures of today, one order with whom to ask, lists."""

from chunshui.needs.queries.clocks import DueClock, clocked, due_clock
from chunshui.needs.queries.desk.figures import Figures, Measure, Stage, figures
from chunshui.needs.queries.desk.follow_ups import follow_ups, open_follow_ups
from chunshui.needs.queries.desk.lists import Filters, Line, listed, needs_list, needs_to_export, services_by_id
from chunshui.needs.queries.desk.order import Asked, Place, asked, map_of, places, ranked_for
from chunshui.needs.queries.desk.queue import QueueRow, chips, queue, queue_row, searched
from chunshui.needs.queries.desk.reach import STAGES, acting_area, acting_community_id, in_area, names_on_map, staff_area

__all__ = [
    "STAGES",
    "Asked",
    "DueClock",
    "Figures",
    "Filters",
    "Line",
    "Measure",
    "Place",
    "QueueRow",
    "Stage",
    "acting_area",
    "acting_community_id",
    "asked",
    "chips",
    "clocked",
    "due_clock",
    "figures",
    "follow_ups",
    "in_area",
    "listed",
    "map_of",
    "names_on_map",
    "needs_list",
    "needs_to_export",
    "open_follow_ups",
    "places",
    "queue",
    "queue_row",
    "ranked_for",
    "searched",
    "services_by_id",
    "staff_area",
]
