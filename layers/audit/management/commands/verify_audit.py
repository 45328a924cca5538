"""`manage.py verify_audit`: is the access log whole?"""

import re
from argparse import ArgumentParser, ArgumentTypeError

from django.core.management.base import BaseCommand, CommandError

from layers.audit.verify import verify


def _anchor(text: str) -> tuple[int, str]:
    if not (found := re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text)):
        raise ArgumentTypeError("write SEQUENCE:HASH as an earlier run printed it")
    return int(found[1]), found[2]


class Command(BaseCommand):
    help = "Kiểm tra chuỗi nhật ký truy cập / re-compute the access log's chain and name the first broken entry"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--first", type=int, default=1, help="number of the oldest entry kept (default 1)")
        parser.add_argument("--anchor", type=_anchor, help="SEQUENCE:HASH that an earlier run printed, kept elsewhere")

    def handle(self, *, first: int, anchor: tuple[int, str] | None, **_options: object) -> None:
        verdict = verify(first=first, anchor=anchor)
        if verdict.broken:
            reason = verdict.broken.reason
            raise CommandError(f"entry {verdict.broken.sequence}: {reason.vi} / {reason.en}")
        self.stdout.write(f"{verdict.entries} mục liền mạch / entries, unbroken")
        if verdict.last:
            self.stdout.write("{}:{}".format(*verdict.last))
