"""The product measured, on the database that DATA_DIR or DATABASE_URL names.

`python -m bench load [--users 50] [--seconds 30]`: under load; `pages` and `dispatch`: its verbs, one by one;
`ledger`: moves of value beside the bare database;
`routes [--prove] [--long]`: an afternoon on foot, engine against engine.
"""

from __future__ import annotations

import argparse
import sys


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    load = commands.add_parser("load", help="concurrent users on the desk, the volunteers and the open list, beside /healthz")
    load.add_argument("--users", type=int, default=50)
    load.add_argument("--seconds", type=int, default=30)
    load.add_argument("--think", type=float, default=1.0, help="mean seconds between an answer and the next click of a user")
    load.add_argument("--port", type=int, default=8765)
    afternoon = commands.add_parser("routes", help="routes of an afternoon on foot: engines, referee, home care against stored values")
    afternoon.add_argument("--prove", action="store_true", help="also prove the optimum of the smallest home-care instances (minutes)")
    afternoon.add_argument("--long", action="store_true", help="also the budgets of a minute")
    commands.add_parser("pages", help="queries and CPU of a list, a new order and a claim, and a race for single places; writes orders")
    dispatch = commands.add_parser("dispatch", help="one order and a whole round through the product; writes orders and questions")
    dispatch.add_argument("--orders", type=int, default=10_000)
    dispatch.add_argument("--singles", type=int, default=200)
    moves = commands.add_parser("ledger", help="transfers a second, one by one and in batches of 100, beside the bare database; writes transfers")
    moves.add_argument("--seconds", type=float, default=10.0, help="for each side of each line")
    signals = commands.add_parser("signals", help="precision and recall of the review queue of hours on planted patterns")
    signals.add_argument("--scale", default="demo")
    signals.add_argument("--seed", type=int, default=20251206)
    options = parser.parse_args()
    if options.command == "ledger":
        from bench.ledger import run as run_ledger

        return run_ledger(options.seconds)
    if options.command == "signals":
        from bench.signals import run as run_signals

        return run_signals(options.scale, options.seed)
    if options.command == "dispatch":
        from bench.dispatch import run as run_dispatch

        return run_dispatch(options.orders, options.singles)
    if options.command == "routes":
        from bench.routes import run as run_routes

        return run_routes(options.prove, options.long)
    if options.command == "pages":
        from bench.pages import run as pages

        return pages()
    from bench.load import run

    return run(options.users, options.seconds, options.think, options.port)


if __name__ == "__main__":
    sys.exit(main())
