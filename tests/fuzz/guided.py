"""One reader led by what its code covers: `python -m tests.fuzz.guided READER SECONDS FOLDER`, a process for each.

atheris (libFuzzer) keeps an input that reaches new code and changes it further. Its process never comes back from
fuzzing, so the time is looked at here. More than 20 s or 2 GiB for one input end it as a crash.
"""

import os
import sys
import time
from importlib.util import find_spec
from pathlib import Path

IS_HERE = find_spec("atheris") is not None
_SECONDS_EACH, _MEMORY_MB, _LONGEST = 20, 2048, 1 << 16


def main(name: str, seconds: float, folder: Path) -> None:
    import atheris

    with atheris.instrument_imports(include=["fieldinspect"], enable_loader_override=False):
        from tests.fuzz.tally import Tally
        from tests.fuzz.targets import targets
    (target,) = [one for one in targets(folder) if one.name == name]
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(target.seeds):
        target.read(seed)
        (corpus / str(number)).write_bytes(seed)
    tally = Tally(name)
    until = time.monotonic() + seconds

    def one_input(raw: bytes) -> None:
        if time.monotonic() > until:
            print(tally.line(), flush=True)
            os._exit(1 if tally.crashes else 0)
        tally.give(target, raw)

    longest = max(_LONGEST, *(2 * len(seed) for seed in target.seeds))
    limits = [f"-timeout={_SECONDS_EACH}", f"-rss_limit_mb={_MEMORY_MB}", f"-max_len={longest}"]
    atheris.Setup(
        [sys.argv[0], *limits, f"-artifact_prefix={folder}/", "-verbosity=0", str(corpus)], one_input
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), Path(sys.argv[3]))
