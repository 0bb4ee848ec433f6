from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "chunshui.notices"

    def ready(self) -> None:
        from chunshui.notices import reactions  # noqa: F401  registers them
