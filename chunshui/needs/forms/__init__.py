"""Request data → clean keyword arguments; nothing here saves."""
