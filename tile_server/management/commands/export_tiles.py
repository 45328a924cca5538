"""`manage.py export_tiles LAYER FILE.pmtiles`: a public layer as one file of tiles, for a CDN or a phone."""

import asyncio
import signal
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from layers.core.errors import LayerError
from layers.core.geo import parse_bbox
from layers.core.text import LANGUAGES
from tile_server.archive.keeping import Kept, keep
from tile_server.archive.making import Progress, workshop
from tile_server.archive.plan import Contents, Plan, contents
from tile_server.archive.position import Position


class Command(BaseCommand):
    """Write an archive; exit status 1 where the layer is not public or the file cannot be written."""

    help = (
        "Xuất ô bản đồ của một lớp công khai ra một tệp PMTiles, đúng như máy chủ gửi cho mọi người."
        " / Write the tiles of a public layer as one PMTiles file, as the server gives them to everyone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Layer, file, which tiles, and whether to go on with it."""
        parser.add_argument("layer", metavar="LAYER")
        parser.add_argument("file", metavar="FILE.pmtiles", type=Path)
        parser.add_argument("--min-zoom", type=int, metavar="Z", help="mặc định của lớp / the layer's by default")
        parser.add_argument("--max-zoom", type=int, metavar="Z", help="mặc định của lớp / the layer's by default")
        parser.add_argument("--bbox", help="tây,nam,đông,bắc / west,south,east,north")
        parser.add_argument("--commune", metavar="CODE", help="mã xã hiện nay / code of a current commune")
        parser.add_argument("--lang", choices=LANGUAGES, default=LANGUAGES[0])
        parser.add_argument(
            "--resume",
            action="store_true",
            help="làm tiếp lần xuất dở; giữ phần đã làm nếu lại dở / go on from an interrupted export",
        )
        parser.add_argument(
            "--keep-fresh",
            action="store_true",
            help="máy chủ làm lại các ô thay đổi / the server makes anew the tiles that change",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, say how far it is and what it came to."""
        path: Path = options["file"].absolute()
        if path.suffix != ".pmtiles":
            raise CommandError(f"{path.name}: tên tệp phải kết thúc bằng .pmtiles / the name must end in .pmtiles")
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            bbox = parse_bbox(options["bbox"]) if options["bbox"] else None
            plan = Plan(
                layer=options["layer"],
                min_zoom=options["min_zoom"],
                max_zoom=options["max_zoom"],
                bbox=(bbox.west, bbox.south, bbox.east, bbox.north) if bbox else None,
                commune=options["commune"],
                language=options["lang"],
            )
            wanted = contents(plan)
            now, progress = asyncio.run(self._make(wanted, path, resume=options["resume"]))
            if options["keep_fresh"]:
                keep(Kept(path=path, plan=plan, position=now, fingerprint=wanted.fingerprint))
        except LayerError as fault:
            raise CommandError(f"{fault.message.vi} / {fault.message.en}") from fault
        except OSError as fault:
            reason = fault.strerror or fault
            raise CommandError(f"{path}: không ghi được / cannot be written: {reason}") from fault
        except KeyboardInterrupt as fault:
            raise CommandError("bị ngắt / interrupted", returncode=130) from fault
        self._say(progress)
        self.stdout.write(f"{plan.layer}: {progress.tiles} → {path} ({path.stat().st_size / 1e6:.1f} MB)")

    async def _make(self, wanted: Contents, path: Path, *, resume: bool) -> tuple[Position, Progress]:
        async with workshop() as shop:
            return await shop.make(wanted, path, resume=resume, say=self._say)

    def _say(self, progress: Progress) -> None:
        self.stdout.write(f"… {progress.tiles} ô / tiles, {progress.size_bytes / 1e6:.1f} MB, {progress.seconds:.0f} s")
        self.stdout.flush()
