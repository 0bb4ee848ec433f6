"""Libraries outside: paper."""
