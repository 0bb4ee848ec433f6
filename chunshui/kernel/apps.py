from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class KernelConfig(AppConfig):
    name = "chunshui.kernel"

    def ready(self) -> None:
        """Every process knows all reactions and all periodic jobs (the kernel is the last application, so all models are there)."""
        from chunshui.kernel import background  # noqa: F401  registers its own job

        autodiscover_modules("reactions", "tasks")
