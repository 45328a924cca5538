"""Photos and files as a Django application."""

from threading import BoundedSemaphore

import pillow_heif
from django.apps import AppConfig

DECODERS = 2
"""Pictures decoded at the same time in one process; one takes up to 4 bytes a pixel, thrice."""


class MediaConfig(AppConfig):
    """Ảnh và tệp đính kèm."""

    name = "layers.media"
    label = "media"
    verbose_name = "Ảnh và tệp / Photos and files"

    def ready(self) -> None:
        """Teach Pillow the phones' HEIC."""
        pillow_heif.register_heif_opener()
        self.decoders = BoundedSemaphore(DECODERS)
