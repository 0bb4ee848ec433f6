"""Workers as real processes, stopped and killed at the worst moments."""
