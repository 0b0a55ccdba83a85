"""Pictures made anew: what was hidden in the file stays behind, and what is no picture is refused with advice."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from kb.domain.errors import KnowledgeBaseError
from kb.domain.picture import PictureRefused
from kb.storage.picture_making import made_anew
from tests.bad_files import picture


def with_secrets(kind: str) -> bytes:
    """A photo as a phone makes it, lying on its side, with a place, an owner and a script behind it."""
    secrets = Image.Exif()
    secrets[0x010F] = "Phone of the Hargreaves family"
    secrets[0x0112] = 6  # to be turned a quarter
    secrets.get_ifd(0x8825).update({1: "N", 2: (51.0, 32.0, 9.0), 3: "E", 4: (0.0, 42.0, 0.0)})
    buffer = io.BytesIO()
    Image.effect_mandelbrot((2400, 1200), (-2.0, -1.5, 1.0, 1.5), 60).convert("RGB").save(
        buffer, kind, exif=secrets
    )
    return buffer.getvalue() + b"<script>alert(1)</script>PK\x03\x04"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_the_pixels_comes_along(kind: str) -> None:
    made = made_anew(with_secrets(kind))

    for piece in (made.webp, made.older, made.small):
        assert Image.open(io.BytesIO(piece)).getexif() == {}
        assert not any(secret in piece for secret in (b"Hargreaves", b"Exif", b"<script>", b"PK\x03\x04"))


def test_a_photo_stands_upright_and_is_no_wider_or_higher_than_pages_need() -> None:
    made = made_anew(with_secrets("JPEG"))

    assert (made.width, made.height) == (800, 1600)
    assert Image.open(io.BytesIO(made.webp)).size == (800, 1600)
    assert Image.open(io.BytesIO(made.small)).size == (240, 480)


def test_old_browsers_get_a_jpeg_or_a_png_where_it_is_see_through() -> None:
    see_through = io.BytesIO()
    Image.new("RGBA", (60, 60), (200, 10, 10, 90)).save(see_through, "PNG")

    assert made_anew(picture()).ending == "jpg"
    assert made_anew(see_through.getvalue()).ending == "png"


@pytest.mark.parametrize(
    ("raw", "advice"),
    [
        (b"", "choose the picture again"),
        (b"GIF89a", "This is a GIF picture; save it as JPEG or PNG"),
        (b"\0\0\0\x18ftypheic", "newer phones (HEIC); save it as JPEG or PNG"),
        (b"<svg onload='alert(1)'>", "This is an SVG drawing; save it as JPEG or PNG"),
        (b"Hello", "not a picture, whatever its name says"),
        (picture()[:60], "damaged or not whole"),
    ],
)
def test_what_is_no_picture_is_refused_with_what_to_do(raw: bytes, advice: str) -> None:
    with pytest.raises(PictureRefused) as refusal:
        made_anew(raw)

    assert advice in str(refusal.value)
    assert refusal.value.field == "file"


def test_a_picture_of_more_than_25_million_points_is_refused_before_it_is_unpacked() -> None:
    huge = io.BytesIO()
    Image.new("1", (5200, 5000)).save(huge, "PNG")

    with pytest.raises(KnowledgeBaseError, match="26 million points and may have 25 million"):
        made_anew(huge.getvalue())
