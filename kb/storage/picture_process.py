"""The process that opens one picture: bytes on standard input; on standard output a line of JSON, then new pictures.

Every picture is made anew from its pixels, so that nothing else comes along: no place where a photo was taken, no
name of a camera’s owner, no second file behind the first.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import warnings

from PIL import Image, ImageCms, ImageOps

SECONDS = 10
MEMORY = 1024**3
MOST_PIXELS = 25_000_000
SMALLEST_SIDE = 16
WIDEST, WIDEST_SMALL = 1600, 480
_FORMATS = ("PNG", "JPEG", "WEBP")
_AGAIN = "open it in a picture program, save it as JPEG or PNG and try again."


class RefusedError(Exception):
    """Why this picture is not taken, in a sentence."""


def main() -> None:
    """Answer for the picture on standard input."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    warnings.simplefilter("error")
    try:
        head, pieces = made_from(sys.stdin.buffer.read())
    except RefusedError as error:
        head, pieces = {"error": str(error)}, []
    except MemoryError:
        head, pieces = {"error": "This picture needs too much memory; make it smaller and try again."}, []
    except Exception:  # noqa: BLE001 - a damaged file can make the decoders fail in any way
        head, pieces = {"error": f"This picture is damaged or not whole; {_AGAIN}"}, []
    sys.stdout.buffer.write(json.dumps(head | {"sizes": [len(piece) for piece in pieces]}).encode() + b"\n")
    sys.stdout.buffer.write(b"".join(pieces))


def made_from(raw: bytes) -> tuple[dict[str, object], list[bytes]]:
    """Width, height and the ending of the second picture; then WebP, JPEG or PNG, and a small WebP."""
    try:
        opened = Image.open(io.BytesIO(raw), formats=_FORMATS)
    except (OSError, Warning):
        raise RefusedError(f"This is not a picture that can be shown; {_AGAIN}") from None
    width, height = opened.size
    if width * height > MOST_PIXELS:
        raise RefusedError(
            f"This picture has {width * height // 1_000_000} million points and may have "
            f"{MOST_PIXELS // 1_000_000} million; make it smaller and try again."
        )
    if min(width, height) < SMALLEST_SIDE:
        raise RefusedError(f"This picture is smaller than {SMALLEST_SIDE} points; choose a larger one.")
    plain = _pixels(opened)
    large, small = _sized(plain, WIDEST), _sized(plain, WIDEST_SMALL)
    see_through = large.mode == "RGBA"
    second = (
        _saved(large, "PNG", optimize=True)
        if see_through
        else _saved(large, "JPEG", quality=84, progressive=True)
    )
    head: dict[str, object] = {
        "width": large.width,
        "height": large.height,
        "ending": "png" if see_through else "jpg",
    }
    return head, [_saved(large, "WEBP", quality=82), second, _saved(small, "WEBP", quality=78)]


def _pixels(opened: Image.Image) -> Image.Image:
    """The picture the right way up, in the colours of the web, and nothing but its pixels."""
    if opened.format == "JPEG":
        opened.draft("RGB", (WIDEST * 2, WIDEST * 2))
    profile = opened.info.get("icc_profile")
    upright = ImageOps.exif_transpose(opened)
    see_through = "A" in upright.getbands() or "transparency" in upright.info
    if profile and upright.mode in ("RGB", "CMYK"):
        upright = _web_colours(upright, profile)
    converted = upright.convert("RGBA" if see_through else "RGB")
    return Image.frombytes(converted.mode, converted.size, converted.tobytes())


def _web_colours(picture: Image.Image, profile: bytes) -> Image.Image:
    """The picture in sRGB; as it is when its profile cannot be used."""
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        changed = ImageCms.profileToProfile(picture, given, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return changed or picture


def _sized(picture: Image.Image, widest: int) -> Image.Image:
    """The picture no wider and no higher than that."""
    smaller = picture.copy()
    smaller.thumbnail((widest, widest), Image.Resampling.LANCZOS)
    return smaller


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
