"""The root of /api/v1: router assembly, the error shape, tokens and idempotency."""
