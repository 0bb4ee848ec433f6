"""National codes, states and rules of hours."""

from chunshui.hours.states.records import DAY_CAP, LEAST_STAY, ROUNDING, STEPS, EntryWay, HourKind, RecordState

__all__ = ["DAY_CAP", "LEAST_STAY", "ROUNDING", "STEPS", "EntryWay", "HourKind", "RecordState"]
