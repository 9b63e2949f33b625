"""The form that an author begins with: small, complete, in both languages."""

from typing import Final

from fieldinspect.domain.errors import BadInput
from fieldinspect.i18n import _
from fieldinspect.interchange.workbook import Workbook, read_workbook

_STARTER: Final = """
# {title}

| settings |
| | form_title | form_id | version | default_language |
| | {title} | {name} | {version} | English (en) |

| survey |
| | type | name | label::English (en) | label::Cymraeg (cy) | hint::English (en) | hint::Cymraeg (cy) | required | \
relevant | constraint | constraint_message::English (en) | constraint_message::Cymraeg (cy) | appearance |
| | note | form_title | {title} | {title_cy} | | | | | | | | hidden |
| | select_one yes_no | seen | Did you see it? | A welsoch chi ef? | | | yes | | | | | |
| | integer | how_many | How many? | Faint? | Count; do not guess | Cyfrwch; peidiwch â dyfalu | | ${{seen}} = 'yes' | \
. >= 0 and . <= 100 | Enter from 0 to 100 | Rhowch rhwng 0 a 100 | |

| choices |
| | list_name | name | label::English (en) | label::Cymraeg (cy) |
| | yes_no | yes | Yes | Ie |
| | yes_no | no | No | Na |
"""


def starter(name: str, title: str, title_cy: str, version: str) -> Workbook:
    """Return a first form with this id, title and version; raise BadInput for an id that cannot be one."""
    if not (name.isascii() and name.isidentifier() and name == name.lower()):
        raise BadInput(
            _(
                "“{name}” cannot be the id of a form: use lower case, digits and underscores, as in site_check."
            ).format(name=name)
        )
    title, title_cy = (" ".join(one.replace("|", " ").split()) for one in (title, title_cy or title))
    text = _STARTER.format(title=title, title_cy=title_cy, name=name, version=version)
    return read_workbook(text.encode(), ".md")
