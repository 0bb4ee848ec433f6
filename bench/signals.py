"""How well the signals find planted patterns: precision of the queue, and recall of what is wrong. On an empty database of its own."""

from __future__ import annotations

import os
import tempfile
import time
from collections import Counter

import config  # noqa: F401


def run(scale: str, seed: int) -> int:
    os.environ["DATABASE_URL"] = f"sqlite:///{tempfile.mkdtemp()}/signals.sqlite3"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from chunshui.areas import queries as areas
    from chunshui.hours import queries
    from chunshui.hours.models import Record
    from demo.load import load
    from demo.scales import SCALES

    call_command("migrate", verbosity=0)
    now = timezone.now()
    planted = load(SCALES[scale], seed, now, quiet=True)
    began = time.perf_counter()
    found = queries.findings(areas.district(), now)
    print(f"{scale}, seed {seed}: {Record.objects.count()} records, {len(found)} findings in {time.perf_counter() - began:.2f} s")
    wrong = [each for each in planted if each.is_wrong]
    ids = frozenset().union(*(each.records for each in wrong))
    right = [each for each in found if ids & set(each.records)]
    hit = [each for each in wrong if any(each.records & set(finding.records) for finding in found)]
    for signal, n in sorted(Counter(each.signal for each in found).items()):
        print(f"  {signal:14} {n:4} found, {sum(each.signal == signal for each in right):4} of them wrong")
    print(f"precision {len(right)}/{len(found)} = {len(right) / max(1, len(found)):.2f}")
    print(f"recall {len(hit)}/{len(wrong)} = {len(hit) / len(wrong):.2f}")
    top = found[: len(wrong)]
    print(f"of the first {len(top)} of the queue {sum(bool(ids & set(each.records)) for each in top)} are wrong")
    print("not found:", ", ".join(sorted({each.name for each in wrong} - {each.name for each in hit})) or "none")
    return 0
