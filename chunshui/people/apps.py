from importlib import import_module

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "chunshui.people"

    def ready(self) -> None:
        import_module("chunshui.people.tasks")
