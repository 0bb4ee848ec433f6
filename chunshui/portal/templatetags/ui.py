"""Tags every template has: icons."""

from __future__ import annotations

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str, cls: str = "") -> SafeString:
    """One sprite, fingerprinted, always decorative: the words next to it carry the meaning."""
    return format_html('<svg class="i {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>', cls, static("img/icons.svg"), name)
