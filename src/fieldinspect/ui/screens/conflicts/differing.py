"""Which words of one version the others do not have."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from html import escape

_WORDS = re.compile(r"\S+\s*")


def marked(text: str, others: Sequence[str]) -> str:
    """Return HTML of the text, with words that some other text lacks at that place bold and underlined."""
    words = _WORDS.findall(text)
    differing: set[int] = set()
    for other in others:
        matcher = SequenceMatcher(None, [word.strip() for word in words], other.split(), autojunk=False)
        same = {
            place for block in matcher.get_matching_blocks() for place in range(block.a, block.a + block.size)
        }
        differing |= set(range(len(words))) - same
    pieces = [_piece(word, differs=place in differing) for place, word in enumerate(words)]
    return "".join(pieces).replace("\n", "<br>")


def _piece(word: str, *, differs: bool) -> str:
    bare = word.rstrip()
    space = escape(word[len(bare) :])
    return f"<b><u>{escape(bare)}</u></b>{space}" if differs else escape(bare) + space
