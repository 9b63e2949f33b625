"""Keep the catalogues true to the sentences in the code.

    python packaging/translations.py update    sentences of src/ into the template and every language
    python packaging/translations.py check     fail unless template and languages are complete and sound
    python packaging/translations.py compile   what gettext reads (.mo), where older than its source
    python packaging/translations.py pseudo    a language "qps": accented, 40 % longer, for pictures

Files carry no dates and no line numbers, so that they change only when a sentence does.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

DOMAIN = "fieldinspect"
LANGUAGES = ("cy",)
KEYWORDS = {"_": None, "ngettext": (1, 2)}
HEADER = f"# Sentences of {DOMAIN}, one entry each. Keep every {{placeholder}}.\n#"
# Header lines that change by themselves, or that nobody here keeps.
UNSTABLE = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Report-Msgid-Bugs-To|Last-Translator|Language-Team'
    r"|Project-Id-Version):.*\n",
    re.MULTILINE,
)
PLACEHOLDER = re.compile(r"\{[^{}]*\}")
PSEUDO = str.maketrans("aceilnorsuwyAEIOUWY", "áçéîłñöřšüŵŷÁÉÎÖÜŴŶ")


class Catalogues:
    """Where the catalogues of one checkout are."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "resources" / "translations"
        self.template = self.folder / f"{DOMAIN}.pot"

    def po(self, language: str) -> Path:
        return self.folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"

    def read(self, language: str) -> Catalog:
        with self.po(language).open("rb") as source:
            return read_po(source, locale=language, domain=DOMAIN, abort_invalid=True)


def extract(root: Path) -> Catalog:
    """Return the template: every `_()` and `ngettext()` of src/."""
    catalog = Catalog(project=DOMAIN, copyright_holder="", header_comment=HEADER)
    found = extract_from_dir(
        str(root / "src" / DOMAIN), [("**.py", "python")], keywords=KEYWORDS, comment_tags=("Translators:",)
    )
    for filename, _line, message, comments, context in sorted(found, key=lambda row: (row[0], row[1])):
        catalog.add(message, None, [(f"src/{DOMAIN}/{filename}", 0)], auto_comments=comments, context=context)
    return catalog


def as_text(catalog: Catalog) -> str:
    """Return the file of a catalogue, without the header lines that change by themselves."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=100, include_lineno=False, ignore_obsolete=True, sort_by_file=True)
    return UNSTABLE.sub("", buffer.getvalue().decode("utf-8"))


def update(files: Catalogues) -> None:
    template = extract(files.root)
    files.folder.mkdir(parents=True, exist_ok=True)
    files.template.write_text(as_text(template), encoding="utf-8")
    for language in LANGUAGES:
        catalog = files.read(language)
        # A guess at a translation would look like a translation: new sentences start empty.
        catalog.update(template, no_fuzzy_matching=True)
        files.po(language).write_text(as_text(catalog), encoding="utf-8")


def sentences(message: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the originals and the translations of an entry, plural forms and all."""
    originals = message.id if isinstance(message.id, tuple | list) else (message.id,)
    translated = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return tuple(originals), tuple(text or "" for text in translated)


def faults_of(message: Message) -> Iterator[str]:
    """Say what is wrong with one translated entry."""
    originals, translated = sentences(message)
    if message.fuzzy:
        yield "is marked fuzzy"
    if not all(translated):
        yield "is not translated"
        return
    allowed = [sorted(PLACEHOLDER.findall(original)) for original in originals]
    for text in translated:
        if sorted(PLACEHOLDER.findall(text)) not in allowed:
            yield f"has other placeholders than its original: {text!r}"
        if (text[0].isspace(), text[-1].isspace()) != (originals[0][0].isspace(), originals[0][-1].isspace()):
            yield f"begins or ends with another space: {text!r}"
        if text.count("&") != originals[0].count("&"):
            yield f"has another number of access keys (&): {text!r}"


def check(files: Catalogues) -> list[str]:
    """Return one sentence for each fault of the template and the languages."""
    template = extract(files.root)
    if not files.template.is_file() or files.template.read_text(encoding="utf-8") != as_text(template):
        return [f"{files.template.name} is older than the sources: run make translations"]
    wanted = {message.id for message in template if message.id}
    faults = []
    for language in LANGUAGES:
        catalog = files.read(language)
        known = {message.id for message in catalog if message.id}
        # str: the id of an entry with plural forms is a tuple
        faults += [
            f"{language}: missing, run make translations: {m!r}" for m in sorted(wanted - known, key=str)
        ]
        faults += [
            f"{language}: unused, run make translations: {m!r}" for m in sorted(known - wanted, key=str)
        ]
        faults += [
            f"{language}: {m.id!r} {fault}" for m in catalog if m.id in wanted for fault in faults_of(m)
        ]
    return faults


def write_compiled(catalog: Catalog, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as out:
        write_mo(out, catalog)


def compile_all(files: Catalogues) -> None:
    for language in LANGUAGES:
        source = files.po(language)
        target = source.with_suffix(".mo")
        if not target.is_file() or target.stat().st_mtime < source.stat().st_mtime:
            write_compiled(files.read(language), target)


def longer(text: str) -> str:
    """Return the text accented and two fifths longer, its placeholders untouched."""
    parts = re.split(r"(\{[^{}]*\}|&.)", text)
    accented = "".join(part if index % 2 else part.translate(PSEUDO) for index, part in enumerate(parts))
    padding = " ŵŷ" * round(len(text) * 0.4 / 3)
    return f"{accented}{padding}"


def pseudo(files: Catalogues) -> None:
    catalog = Catalog(locale="en", domain=DOMAIN)
    for message in extract(files.root):
        if message.id:
            originals, _ = sentences(message)
            texts = tuple(longer(original) for original in originals)
            catalog.add(message.id, texts if len(texts) > 1 else texts[0])
    write_compiled(catalog, files.folder / "qps" / "LC_MESSAGES" / f"{DOMAIN}.mo")


def main() -> int:
    parser = argparse.ArgumentParser(description="Keep the catalogues true to the sentences in the code.")
    parser.add_argument("command", choices=["update", "check", "compile", "pseudo"])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    arguments = parser.parse_args()
    files = Catalogues(arguments.root)
    if arguments.command == "check":
        faults = check(files)
        for fault in faults:
            sys.stderr.write(f"{fault}\n")
        return 1 if faults else 0
    {"update": update, "compile": compile_all, "pseudo": pseudo}[arguments.command](files)
    return 0


if __name__ == "__main__":
    sys.exit(main())
