"""What must hold after every story: lots and accounts agree, nothing is left on hold for what is over, every unit sums to zero."""

from __future__ import annotations

from django.db.models import Sum

from chunshui.ledger.models import Account
from chunshui.people.models import Person
from chunshui.redemption.models import Lot, LotUse, Voucher


def books() -> None:
    accounts = {(row.kind, row.owner_id): row.balance for row in Account.objects.filter(unit="points")}
    assert sum(accounts.values()) == 0
    left = dict(Lot.objects.order_by().values_list("person_id").annotate(Sum("left")))
    for person_id in Person.objects.values_list("pk", flat=True):
        assert accounts.get(("person", person_id), 0) == left.get(person_id, 0)
    for voucher in Voucher.objects.all():
        assert accounts.get(("holding", voucher.pk), 0) == (voucher.points if voucher.state == "held" else 0)
        assert LotUse.objects.filter(voucher=voucher).aggregate(total=Sum("points"))["total"] == voucher.points
    settled = dict(Voucher.objects.filter(state="settled").order_by().values_list("merchant_id").annotate(Sum("points")))
    for merchant_id, points in settled.items():
        assert accounts.get(("merchant", merchant_id), 0) <= points
