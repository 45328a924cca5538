"""`/media/{id}/{copy|thumbnail|original}`: a photo for whoever may see it; to others it is not there.

An original is sent as a file to save, and every sending is an entry of the access log.
"""

from uuid import UUID

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from layers.media import access, folder
from layers.media.models import MediaFile, PictureType, Variant

log = structlog.get_logger(__name__)


@require_safe
def media(request: HttpRequest, media_id: UUID, variant: str) -> HttpResponse:
    """One form of one photo."""
    viewer = request.viewer  # type: ignore[attr-defined]
    wanted = next((known for known in Variant if known.value == variant), None)
    file = MediaFile.objects.filter(pk=media_id).first()
    if file is None or wanted is None or not access.may_see(file, wanted, viewer):
        raise Http404
    response = None
    if wanted is Variant.ORIGINAL:
        access.log(viewer, "media_original", file=file)
    else:
        # What a public address shows may be withdrawn: caches ask each time.
        response = get_conditional_response(request, etag=f'"{file.pk.hex}-{variant}"')
    response = response or _content(file, wanted)
    patch_cache_control(response, **_caching(file, wanted))
    return response


def _content(file: MediaFile, variant: Variant) -> HttpResponse:
    kind = file.picture_type
    stored = folder.path_of(file.sha256, kind, variant)
    try:
        content = stored.read_bytes()  # at most 20 MB
    except FileNotFoundError:
        log.error("media_file_missing", media=str(file.pk), variant=variant.value)
        raise Http404 from None
    original = variant is Variant.ORIGINAL
    response = HttpResponse(content, content_type=(kind if original else PictureType.JPEG).value)
    response["Content-Disposition"] = content_disposition_header(original, f"{file.pk}{stored.suffix}") or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    if not original:
        response["ETag"] = f'"{file.pk.hex}-{variant.value}"'
    return response


def _caching(file: MediaFile, variant: Variant) -> dict[str, bool]:
    if variant is Variant.ORIGINAL:
        return {"private": True, "no_store": True}
    return {"public" if file.is_public else "private": True, "no_cache": True}


urlpatterns = [path("media/<uuid:media_id>/<str:variant>", media)]
