"""The forces are called what they call themselves in the language in force."""

import pytest

from fieldinspect.i18n import language, speaking
from fieldinspect.services.reference import force_name


@pytest.mark.parametrize(
    ("slug", "english", "welsh"),
    [
        ("gwent", "Gwent Police", "Heddlu Gwent"),
        ("bedfordshire", "Bedfordshire Police", "Bedfordshire Police"),  # it has no Welsh name
        ("elsewhere", "elsewhere", "elsewhere"),
    ],
)
def test_a_force_is_named_in_the_language_in_force(slug: str, english: str, welsh: str) -> None:
    assert (language(), force_name(slug)) == ("en", english)
    with speaking("cy"):
        assert (language(), force_name(slug)) == ("cy", welsh)
    assert force_name(slug) == english
