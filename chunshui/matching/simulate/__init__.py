"""`python -m chunshui.matching simulate`: fourteen days of a made-up district under several policies, and a report.

world.py      a district from a seed: people, orders, and the truth that no policy may see
pairs.py      who may go where
life.py       questions, answers, fatigue, what the platform remembers
policies.py   whom to ask: our waves, the nearest five, everybody, the cheapest, an exact flow
run.py        the same days under each policy
measures.py   what came of it, with confidence intervals
report.py     a page with table and pictures
"""
