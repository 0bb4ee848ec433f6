"""The demonstration district: generated, deterministic, scalable. People are invented, never real.

It stands outside the package, like the tests, because it may import everything and writes in bulk. Real public facts (names of
the 42 streets and towns, of communities and brands; counts of volunteers and teams) come from a news article of 2025-12-06.
"""
