"""The catalogues: the checker finds every kind of fault, and every language we offer opens."""

import ast
import gettext
import subprocess
import sys
from pathlib import Path

import pytest

from fieldinspect import i18n
from tests.shared import ROOT

SCRIPT = ROOT / "packaging" / "translations.py"
SOURCE = """
from fieldinspect.i18n import _, ngettext

def sentences(count):
    _("Save &note of {name}")
    ngettext("{count} visit", "{count} visits", count)
"""
HEADER = """
msgid ""
msgstr ""
"Language: cy\\n"
"Plural-Forms: nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n==3 ? 3 : n==6 ? 4 : 5);\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"""
NOTE = 'msgid "Save &note of {name}"\nmsgstr "Cadw &nodyn {name}"\n'
VISITS = 'msgid "{count} visit"\nmsgid_plural "{count} visits"\n' + "".join(
    f'msgstr[{form}] "{{count}} ymweliad"\n' for form in range(6)
)


def run(command: str, root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, command, "--root", root], capture_output=True, text=True, check=False
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A little checkout with two sentences and their template."""
    module = tmp_path / "src" / "fieldinspect" / "words.py"
    module.parent.mkdir(parents=True)
    module.write_text(SOURCE)
    translate(tmp_path, NOTE, VISITS)
    assert run("update", tmp_path).returncode == 0
    return tmp_path


def translate(root: Path, *entries: str) -> None:
    catalogue = root / "resources" / "translations" / "cy" / "LC_MESSAGES" / "fieldinspect.po"
    catalogue.parent.mkdir(parents=True, exist_ok=True)
    catalogue.write_text("\n".join([HEADER, *entries]), encoding="utf-8")


def test_a_complete_catalogue_passes(checkout: Path) -> None:
    result = run("check", checkout)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    ("entries", "complaint"),
    [
        pytest.param([NOTE], "missing, run make translations: ('{count} visit'", id="missing"),
        pytest.param([NOTE, VISITS, 'msgid "Gone"\nmsgstr "Wedi mynd"\n'], "unused", id="unused"),
        pytest.param([NOTE.replace("Cadw &nodyn {name}", ""), VISITS], "is not translated", id="empty"),
        pytest.param([NOTE, VISITS.replace("[3] \"{count} ymweliad", '[3] "')], "is not translated", id="plural"),
        pytest.param(["#, fuzzy\n" + NOTE, VISITS], "is marked fuzzy", id="fuzzy"),
        pytest.param([NOTE.replace("nodyn {name}", "nodyn {enw}"), VISITS], "other placeholders", id="renamed"),
        pytest.param([NOTE.replace("nodyn {name}", "nodyn"), VISITS], "other placeholders", id="lost"),
        pytest.param([NOTE.replace("&nodyn", "nodyn"), VISITS], "access keys", id="access key"),
        pytest.param([NOTE.replace('"Cadw', '" Cadw'), VISITS], "another space", id="space"),
    ],
)  # fmt: skip
def test_a_fault_is_named(checkout: Path, entries: list[str], complaint: str) -> None:
    translate(checkout, *entries)
    result = run("check", checkout)
    assert result.returncode == 1
    assert complaint in result.stderr


def test_a_new_sentence_makes_the_template_old(checkout: Path) -> None:
    with (checkout / "src" / "fieldinspect" / "words.py").open("a") as module:
        module.write('    _("A new sentence")\n')
    result = run("check", checkout)
    assert result.returncode == 1
    assert "fieldinspect.pot is older than the sources: run make translations" in result.stderr

    assert run("update", checkout).returncode == 0
    result = run("check", checkout)
    assert result.stderr == "cy: 'A new sentence' is not translated\n"


def test_an_update_without_news_changes_nothing(checkout: Path) -> None:
    folder = checkout / "resources" / "translations"
    before = {path: path.read_bytes() for path in folder.rglob("*.po*")}
    assert run("update", checkout).returncode == 0
    assert {path: path.read_bytes() for path in folder.rglob("*.po*")} == before


def test_the_pseudo_language_is_longer_and_keeps_placeholders(checkout: Path) -> None:
    assert run("pseudo", checkout).returncode == 0
    found = gettext.translation("fieldinspect", checkout / "resources" / "translations", languages=["qps"])
    english = "Save &note of {name}"
    assert len(found.gettext(english)) >= 1.3 * len(english)
    assert "{name}" in found.gettext(english)
    assert "&n" in found.gettext(english)
    assert found.ngettext("{count} visit", "{count} visits", 2) != "{count} visits"


def test_our_own_catalogues_are_complete() -> None:
    assert run("check", ROOT).stderr == ""


def spoken_within_f_strings(code: str) -> list[str]:
    """Return the sentences asked for inside an f-string: whether they are collected depends on Python's version."""
    within = [
        part
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
    ]
    calls = [part for part in within if isinstance(part, ast.Call)]
    return [ast.unparse(call) for call in calls if ast.unparse(call.func) in {"_", "ngettext"}]


def test_no_sentence_is_asked_for_inside_an_f_string() -> None:
    assert spoken_within_f_strings("print(f'{place}: {_(\"advice\")}')") == ["_('advice')"]
    sources = (ROOT / "src").rglob("*.py")
    found = {path.name: spoken_within_f_strings(path.read_text()) for path in sources}
    assert {name: calls for name, calls in found.items() if calls} == {}


@pytest.mark.parametrize("language", sorted(i18n.LANGUAGES))
def test_every_language_on_offer_opens(language: str) -> None:
    with i18n.speaking(language):
        assert i18n._("The passphrase does not open this vault")


def test_welsh_is_spoken_within_its_block_and_english_again_after_it() -> None:
    english = i18n._("The passphrase does not open this vault")
    with i18n.speaking("cy"):
        assert i18n._("The passphrase does not open this vault") != english
    assert i18n._("The passphrase does not open this vault") == english
