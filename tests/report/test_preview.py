"""Pages as pictures."""

import pytest

from fieldinspect.domain.errors import BadInput
from fieldinspect.report.preview import page_images
from fieldinspect.report.visit_summary import render_visit_summary
from tests.report.samples import long


def test_every_page_is_a_picture_of_its_size_with_ink_on_white() -> None:
    pictures = page_images(render_visit_summary(long(), "en"), 1.0)
    assert len(pictures) == 2
    for width, height, pixels in pictures:
        assert (width, height) == (596, 842)
        assert len(pixels) == width * height * 4
        assert set(pixels[3::4]) == {255}
        assert pixels[:3] == b"\xff\xff\xff"
        assert min(pixels[0::4]) < 40


def test_colours_are_in_the_order_red_green_blue() -> None:
    _, _, pixels = page_images(render_visit_summary(long(), "en"), 1.0)[0]
    blue = [
        pixels[at : at + 3] for at in range(0, len(pixels), 4) if pixels[at + 2] > 150 and pixels[at] < 60
    ]
    assert len(blue) > 50, "the accent rule"


def test_a_scale_of_two_is_twice_as_wide() -> None:
    (width, _, _), *_ = page_images(render_visit_summary(long(), "en"), 2.0)
    assert width == 1191


@pytest.mark.parametrize("data", [b"", b"not a PDF", b"%PDF-1.7\n"])
def test_what_is_no_pdf_is_bad_input(data: bytes) -> None:
    with pytest.raises(BadInput, match="not a PDF"):
        page_images(data, 1.0)
