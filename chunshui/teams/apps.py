from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "chunshui.teams"

    def ready(self) -> None:
        from chunshui.teams import reactions  # noqa: F401  registers them
