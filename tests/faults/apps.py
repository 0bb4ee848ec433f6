from django.apps import AppConfig


class FaultsConfig(AppConfig):
    name = "tests.faults"

    def ready(self) -> None:
        """The worker of these tests does only what the tests give it."""
        from chunshui.kernel import background

        background._jobs.clear()
        background._drains.clear()
