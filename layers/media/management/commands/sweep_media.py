"""`manage.py sweep_media`: what the nightly job does, now."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from layers.media.storage import sweep


class Command(BaseCommand):
    help = "Xoá ảnh hết hạn lưu và tệp không còn dùng / remove photos past their time and files that no photo names"

    def handle(self, *_args: object, **_options: object) -> None:
        swept = sweep(timezone.now())
        self.stdout.write(f"{swept.expired} photos past their time, {swept.files} files without a photo removed")
