"""Play every case file of a folder: `python -m tests.conformance FOLDER [--differences]`.

One tab-separated line a file: name, cases that agree wholly, cases, states that agree, states, percentage.
A line that is no case is told by file and line; the others are played, and the exit status is 1.
"""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fieldinspect.domain.errors import BadInput, FieldInspectError
from tests.conformance.assertions import check, declared
from tests.conformance.play import Score, play

Case = Mapping[str, Any]
EXPRESSION = frozenset({"expr", "kind", "expected", "xml", "context", "root", "timezone"})
FORM = frozenset({"form", "init", "steps"})


def kind_of(case: Case) -> Callable[[Case], Score] | None:
    """Return what plays a case, or None when it calls a function we do not have."""
    if "expr" in case:
        return check if declared(case) else None
    return play


def attempt(runner: Callable[[Case], Score], case: Case) -> Score:
    """Play a case; one that is refused counts with all its states, none of them agreeing."""
    try:
        return runner(case)
    except FieldInspectError as error:
        expected = [case.get("init", {}), *(step.get("expect", {}) for step in case.get("steps", ()))]
        return Score(total=max(1, sum(map(len, expected))), differences=[f"refused: {error}"])


def read_case(line: bytes, place: str) -> Case:
    """Return the case of a line; raise BadInput when it is none."""
    try:
        case: Any = json.loads(line)
    except ValueError as error:
        raise BadInput(f"{place}: this line is not JSON in UTF-8 ({error}). Correct or remove it.") from None
    found = case.keys() if isinstance(case, dict) else set()
    needed = EXPRESSION if "expr" in found else FORM
    if missing := sorted(needed - found):
        raise BadInput(f"{place}: this is no case: it has no {', '.join(missing)}. Correct or remove it.")
    return dict(case)


def run(path: Path) -> tuple[int, int, Score, list[str]]:
    """Play one file: cases that agree, cases, all their states, and what is wrong with its lines."""
    total = Score()
    agreed = cases = 0
    wrong: list[str] = []
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                case = read_case(line, f"{path.name}:{number}")
            except BadInput as error:
                wrong.append(str(error))
                continue
            runner = kind_of(case)
            if runner is None:
                continue
            cases += 1
            score = attempt(runner, case)
            agreed += score.agreed == score.total
            total.agreed += score.agreed
            total.total += score.total
            name = case.get("id") or case.get("test", "")
            total.differences += [f"{name}: {one}" for one in score.differences]
    return agreed, cases, total, wrong


def main(arguments: list[str]) -> int:
    """Print the table; the exit status is 1 when the folder has no cases, or lines that are none."""
    folders = [Path(one) for one in arguments if not one.startswith("--")]
    files = sorted(file for folder in folders for file in folder.glob("*.jsonl"))
    if not files:
        print("No case file (*.jsonl) in the folder given.", file=sys.stderr)
        return 1
    print("file\tcases agreed\tcases\tstates agreed\tstates\tpercent")
    failed = False
    for file in files:
        agreed, cases, score, wrong = run(file)
        failed = failed or bool(wrong)
        percent = 100 * score.agreed / score.total if score.total else 100.0
        print(f"{file.name}\t{agreed}\t{cases}\t{score.agreed}\t{score.total}\t{percent:.2f}")
        for sentence in wrong:
            print(sentence, file=sys.stderr)
        if "--differences" in arguments:
            for one in score.differences:
                print(f"    {one}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
