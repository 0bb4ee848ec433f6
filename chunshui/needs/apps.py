from importlib import import_module

from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "chunshui.needs"

    def ready(self) -> None:
        """Register reactions and scheduled work."""
        import_module("chunshui.needs.reactions")
        import_module("chunshui.needs.tasks")
