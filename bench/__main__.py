"""Run the benchmarks: python -m bench [name ...]; each is a module here with `run() -> Iterator[Figure]`."""

import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path


def benches() -> list[str]:
    """Return the names of the modules here that have a `run`."""
    found = [module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])]
    names = [name for name in found if not name.startswith("_")]
    return sorted(name for name in names if hasattr(import_module(f"bench.{name}"), "run"))


def run(name: str) -> None:
    for figure in import_module(f"bench.{name}").run():
        print(figure.line(), flush=True)


def run_each(names: list[str]) -> int:
    """Run each in a process of its own, so that none inherits another's caches, threads or memory."""
    worst = 0
    for name in names:
        worst = max(worst, subprocess.run([sys.executable, "-m", "bench", name], check=False).returncode)
    return worst


def main() -> int:
    known, asked = benches(), sys.argv[1:]
    unknown = [name for name in asked if name not in known]
    if unknown:
        print(f"no such bench: {', '.join(unknown)}. There are: {', '.join(known)}", file=sys.stderr)
        return 2
    if len(asked) == 1:
        run(asked[0])
        return 0
    return run_each(asked or known)


if __name__ == "__main__":
    sys.exit(main())
