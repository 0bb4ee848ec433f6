"""Reads of hours."""

from chunshui.hours.queries.records import (
    MINUTE,
    Totals,
    all_records_of,
    belongings,
    counted_minutes,
    minutes_between,
    overlapping,
    record_from,
    record_told_of,
    records_of,
    totals,
    visible_record,
)

__all__ = [
    "MINUTE",
    "Totals",
    "all_records_of",
    "belongings",
    "counted_minutes",
    "minutes_between",
    "overlapping",
    "record_from",
    "record_told_of",
    "records_of",
    "totals",
    "visible_record",
]
