from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "chunshui.kernel"
