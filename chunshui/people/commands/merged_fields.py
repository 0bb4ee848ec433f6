"""What a record says, taken down, filled up from a duplicate, and put back. Sealed values are sealed anew under the key of who keeps them."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from chunshui.kernel.errors import Refused
from chunshui.people import queries
from chunshui.people.models import Merge, Person

SEALED = ("phone_sealed", "id_sealed", "address_sealed")
PLAIN = ("sex", "born_on", "login_index", "phone_index", "password", "id_kind", "id_index", "area_id", "street_id", "community_id",
         "latitude", "longitude", "focus_groups")  # fmt: skip
UNIQUE = ("login_index", "id_index")


def taken_down(person: Person) -> dict[str, Any]:
    """The columns that a merge may change, as JSON can hold them."""
    plain = {name: _plain(getattr(person, name)) for name in PLAIN}
    return plain | {name: b64encode(bytes(getattr(person, name))).decode() for name in SEALED}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _read(name: str, value: Any) -> Any:
    if name in SEALED:
        return b64decode(value)
    return date.fromisoformat(value) if name == "born_on" and value else value


def fill(kept: Person, gone: Person, now: datetime) -> None:
    """What is not known of `kept` is taken from `gone`, which then finds and signs in nobody."""
    taken = _groups_to_take(kept, gone)
    plain = {name: getattr(gone, name) for names in taken for name in names if name in PLAIN}
    sealed = {name: queries.opened(gone, name.removesuffix("_sealed")) for names in taken for name in names if name in SEALED}
    gone.login_index = gone.id_index = None
    gone.phone_index, gone.merged_into, gone.erased_at = "", kept, now
    gone.save(update_fields=["login_index", "id_index", "phone_index", "merged_into", "erased_at"])
    for name, value in plain.items():
        setattr(kept, name, value)
    for name, text in sealed.items():
        setattr(kept, name, queries.sealed_for(kept, text, name.removesuffix("_sealed")))
    kept.focus_groups = sorted({*kept.focus_groups, *gone.focus_groups})
    kept.save(update_fields=[*PLAIN, *SEALED])


def _groups_to_take(kept: Person, gone: Person) -> list[tuple[str, ...]]:
    """Columns that belong together are taken together, and only where `kept` says nothing."""
    signs_in = not kept.login_index and bool(gone.login_index)
    rules = [
        (("sex",), not kept.sex),
        (("born_on",), kept.born_on is None),
        (("id_kind", "id_index", "id_sealed"), not kept.id_index and bool(gone.id_index)),
        (("login_index", "phone_index", "phone_sealed", "password"), signs_in),
        (("phone_index", "phone_sealed"), not signs_in and not kept.phone_index and bool(gone.phone_index)),
        (("area_id", "street_id", "community_id", "latitude", "longitude", "address_sealed"), kept.area_id is None),
        (("latitude", "longitude", "address_sealed"), _says_only_where(kept, gone)),
    ]
    return [names for names, is_taken in rules if is_taken]


def _says_only_where(kept: Person, gone: Person) -> bool:
    """Whether `gone` alone knows the address, in the same community."""
    return not bytes(kept.address_sealed) and bool(bytes(gone.address_sealed)) and kept.community_id == gone.community_id


def put_back(kept: Person, gone: Person, merge: Merge) -> None:
    """Each record says again what it said; what was changed on `kept` since stays."""
    now_says = taken_down(kept)
    for name, was in merge.was["kept"].items():
        if was != merge.became[name] == now_says[name]:
            setattr(kept, name, _read(name, was))
    for name, was in merge.was["gone"].items():
        setattr(gone, name, _read(name, was))
    gone.merged_into = gone.erased_at = None
    _check_free(kept, gone)
    kept.save(update_fields=[*PLAIN, *SEALED])
    gone.save(update_fields=[*PLAIN, *SEALED, "merged_into", "erased_at"])


def _check_free(kept: Person, gone: Person) -> None:
    """What finds one record must not find another: a number that somebody took up since is not taken back."""
    for name in UNIQUE:
        value = getattr(gone, name)
        others = Person.objects.filter(**{name: value}).exclude(pk__in=[kept.pk, gone.pk])
        if value and (value == getattr(kept, name) or others.exists()):
            raise Refused(_("原来的手机号或证件已经被别的资料用上了，先换掉再拆。"), code="taken")
