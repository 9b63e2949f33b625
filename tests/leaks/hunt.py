"""One hunt: prepare a home, let the application work in it, lock, and search everything it left."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.crypto.slots import read_slots, unlock
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.services import capture, exchange, programme, reading
from fieldinspect.services.instruments import shipped_forms
from fieldinspect.store.door import Door
from tests.leaks.canaries import Canaries
from tests.leaks.memory import NotAllowed, Scan, scan
from tests.leaks.stream import strace, watched, writes
from tests.shared import ROOT
from tests.team import NOW

_STREAM_OPEN_TO_THE_PERSON = ("/chosen/", "/given/")
_XDG = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")


@dataclass
class Home:
    """A home of its own: two folders the person chose, and everything else, which must stay clean."""

    top: Path
    canaries: Canaries
    visit: str = ""

    def __post_init__(self) -> None:
        for name in ("home", "home/tmp", self.given, "chosen", "lead", "out"):
            (self.top / name).mkdir(parents=True, mode=0o700)

    @property
    def given(self) -> Path:
        """The person's own folder, whose name is nobody else's affair."""
        return self.top / "given" / self.canaries.word("folder")

    @property
    def home(self) -> Path:
        return self.top / "home"

    @property
    def vaults(self) -> Path:
        return self.home / ".local" / "share" / "fieldinspect" / "vaults"

    @property
    def passphrase(self) -> str:
        return f"orchid-lantern-gravel-teapot-bison-{self.canaries.word('passphrase')}"

    def environment(self) -> dict[str, str]:
        kept = {
            name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH") if name in os.environ
        }
        own = {name: str(self.home / f".{name.lower()}") for name in _XDG}
        return kept | own | {
            "HOME": str(self.home),
            "TMPDIR": str(self.home / "tmp"),
            "LANG": "C.UTF-8",
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "QT_QPA_PLATFORM": "offscreen",
        }  # fmt: skip

    def prepare(self) -> None:
        """Make the vault that is worked in, a bundle for it from its lead, and a file to attach."""
        words = self.canaries
        lead = Door(self.top / "lead", FLOOR_COST).create(
            "Lead", "Lena", "orchid-lantern-gravel-teapot-bison"
        )
        vault = Door(self.vaults, FLOOR_COST).create("Prepared", "Ann", self.passphrase)
        today = datetime.now(UTC)  # a team list of 2014 would have expired
        inspection = programme.found_inspection(lead, "Winter", now=today, forms=shipped_forms())
        programme.admit(lead, programme.enrolment_request(vault), ["inspector"], now=today)
        programme.join(vault, lead.roster_bytes(), programme.fingerprint(lead.roster_bytes()))
        first = exchange.seal_bundle(lead, BundleEnvelope(), [vault.identity.person], self.top / "out")
        exchange.receive_bundle(vault, BundleEnvelope(), Path(first.path), now=NOW)
        theirs = capture.start_visit(
            lead, inspection=inspection, station="Elsewhere", force="gwent", happened=NOW
        )
        capture.add_note(lead, theirs, words.word("received"), happened=NOW)
        second = exchange.seal_bundle(lead, BundleEnvelope(), [vault.identity.person], self.given)
        self.bundle = second.path
        found = reading.inspections(vault)[0].id
        self.visit = capture.start_visit(vault, inspection=found, station="Here", force="gwent", happened=NOW)
        vault.close()
        lead.close()
        (self.given / f"{words.word('filename')}.txt").write_text(words.word("filebytes") * 9)

    def secrets(self) -> dict[str, bytes]:
        """Return what opens the prepared vault, to be looked for in memory. The vault must be closed."""
        folder = next(one for one in self.vaults.iterdir() if (one / "nickname").read_text() == "Prepared")
        master = unlock(
            read_slots(*((folder / name).read_bytes() for name in ("slots.a", "slots.b"))), self.passphrase
        )
        return {
            "master key": master.secret(),
            "database key": bytes(master.database()[0]),
            "device key": bytes(master.device_keys()),
        }


@dataclass
class Findings:
    """Where the words of the hunt turned up: place -> ways in."""

    files: dict[str, list[str]] = field(default_factory=dict)
    stream: dict[str, list[str]] = field(default_factory=dict)
    reports: list[str] = field(default_factory=list)
    while_open: Scan | None = None
    after_lock: Scan | None = None
    not_run: list[str] = field(default_factory=list)
    report: str = ""
    names: list[str] = field(default_factory=list)
    """Every file in the home afterwards."""
    figures: dict[str, int] = field(default_factory=dict)
    afterwards: "Process | None" = None

    @property
    def leaks(self) -> list[str]:
        """Return every place at which something was found that must not be there."""
        memory = self.after_lock.found if self.after_lock else Counter[str]()
        return sorted(
            [f"file {name}: {ways}" for name, ways in self.files.items()]
            + [f"write to {name}: {ways}" for name, ways in self.stream.items()]
            + [f"report: {way}" for way in self.reports]
            + [f"memory after lock: {way}" for way in memory]
        )


@dataclass(frozen=True)
class Process:
    """What the system says of the process that remains."""

    arguments: str
    environment: str
    open_files: dict[int, str]
    core_limit: str
    swap_kib: int
    locked_kib: int


def hunt(
    home: Home,
    *,
    full: bool = True,
    plants: Sequence[str] = (),
    replace: bool = True,
    stream: bool = True,
    twice: bool = True,
    system_bus: str = "",
    told_to_lock: Callable[[], None] | None = None,
) -> Findings:
    """Prepare, work, lock, search; `twice` searches the memory before the lock, too.

    `told_to_lock` makes somebody on the system bus say that it is time, instead of the person at the keys.
    """
    findings = Findings()
    home.prepare()
    secrets = home.secrets()
    plan: dict[str, Any] = {
        "words": home.canaries.all(),
        "home": str(home.home),
        "vaults": str(home.vaults),
        "passphrase": home.passphrase,
        "visit": home.visit,
        "bundle": home.bundle,
        "given": str(home.given),
        "chosen": str(home.top / "chosen"),
        "full": full,
        "plants": list(plants),
        "replace": replace,
        "twice": twice,
        "by_command": told_to_lock is None,
    }
    record, report = home.top / "stream", home.top / "report"
    command = [sys.executable, "-m", "tests.leaks.child"]
    tool = strace() if stream else None
    if stream and tool is None:
        findings.not_run.append("stream of writes: strace is not here or may not watch")
    with report.open("wb") as told:
        process = subprocess.Popen(
            watched(tool, record, command) if tool else command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=told,
            cwd=ROOT,
            env=home.environment() | ({"DBUS_SYSTEM_BUS_ADDRESS": system_bus} if system_bus else {}),
            bufsize=0,
        )
        try:
            _watch(process, tool is not None, plan, findings, home, secrets, report, told_to_lock)
        finally:
            _end(process, tool is not None)
    _search(home, findings, record if tool else None, report)
    return findings


def _watch(
    process: "subprocess.Popen[bytes]",
    traced: bool,
    plan: dict[str, Any],
    findings: Findings,
    home: Home,
    secrets: dict[str, bytes],
    report: Path,
    told_to_lock: Callable[[], None] | None,
) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(plan).encode() + b"\n")
    said = process.stdout.readline()
    assert said == b"open\n", report.read_text()
    pid = _application(process.pid) if traced else process.pid

    def look() -> Scan | None:
        try:
            return scan(pid, home.canaries, secrets)
        except NotAllowed:
            findings.not_run.append("search of memory: this account may not read a protected process")
            return None

    if plan["twice"]:
        findings.while_open = look()
    process.stdin.write(b"lock\n")
    if told_to_lock is not None:
        told_to_lock()
    if plan["replace"]:
        _until(lambda: "tests.leaks" not in _arguments(pid) and _is_ready(pid), report)
        time.sleep(0.3)
    else:
        assert process.stdout.readline() == b"closed\n", report.read_text()
    findings.after_lock = look()
    if findings.after_lock is not None:
        del findings.after_lock.found["nickname"]  # the unlock screen shows it
    try:
        findings.afterwards = _process(pid)
    except PermissionError:
        findings.not_run.append("look at the process that remains: this account may not")


def _end(process: "subprocess.Popen[bytes]", traced: bool) -> None:
    with_children = [process.pid]
    if traced and process.poll() is None:
        with_children = [_application(process.pid)]
    for pid in with_children:
        if process.poll() is None:
            os.kill(pid, 9)
    process.communicate(timeout=20)


def _application(tracer: int) -> int:
    children = Path(f"/proc/{tracer}/task/{tracer}/children").read_text().split()
    return int(children[0]) if children else tracer


def _arguments(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def _is_ready(pid: int) -> bool:
    """Tell whether the fresh process has imported what it needs to unlock; then it also protects itself."""
    try:
        return "sqlcipher" in Path(f"/proc/{pid}/maps").read_text()
    except PermissionError:
        return True


def _until(so: Callable[[], bool], report: Path, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < end, report.read_text()
        time.sleep(0.05)


def _process(pid: int) -> Process:
    proc = Path(f"/proc/{pid}")
    status = dict(line.split(":", 1) for line in (proc / "status").read_text().splitlines() if ":" in line)
    limits = (proc / "limits").read_text().splitlines()
    return Process(
        _arguments(pid),
        (proc / "environ").read_bytes().replace(b"\0", b"\n").decode(),
        {int(one.name): str(one.readlink()) for one in (proc / "fd").iterdir() if one.is_symlink()},
        next(line.split()[4] for line in limits if line.startswith("Max core file size")),
        int(status.get("VmSwap", "0 kB").split()[0]),
        int(status.get("VmLck", "0 kB").split()[0]),
    )


def _search(home: Home, findings: Findings, record: Path | None, report: Path) -> None:
    canaries = home.canaries
    files = size = 0
    for path in home.home.rglob("*"):
        name = str(path.relative_to(home.home))
        found = canaries.found_in(name.encode())
        if path.is_file():
            content = path.read_bytes()
            files, size = files + 1, size + len(content)
            findings.names.append(name)
            found += canaries.found_in(content)
        if path.name == "nickname":
            found = [way for way in found if way != "nickname"]  # the only name on the disk, by design
        if found:
            findings.files[name] = found
    findings.report = report.read_text(errors="replace")
    findings.reports = canaries.found_in(report.read_bytes())
    findings.figures |= {"files": files, "bytes in files": size}
    if record is not None:
        _search_stream(home, findings, record)


def _search_stream(home: Home, findings: Findings, record: Path) -> None:
    count = size = 0
    for where, content in writes(record):
        count, size = count + 1, size + len(content)
        path = where.partition(" ")[2]
        if path.startswith(tuple(f"{home.top}{folder}" for folder in _STREAM_OPEN_TO_THE_PERSON)):
            continue
        found = home.canaries.found_in(content)
        if "nickname" in path.rpartition("/")[2]:
            found = [way for way in found if way != "nickname"]
        if found:
            findings.stream.setdefault(where, []).extend(found)
    findings.figures |= {"writes": count, "bytes written": size}


def hunt_commands(home: Home) -> Findings:
    """Give words to commands as arguments and in a bad form; what they answer at the terminal is the person's."""
    findings = Findings()
    home.prepare()
    words = home.canaries
    form = home.given / "form.md"
    form.write_text(
        f"| survey |\n|  | type | name |\n|  | {words.word('badform')} | {words.word('badform')} |\n"
    )
    secret = home.given / "passphrase"
    secret.write_text(home.passphrase)
    vault = next(home.vaults.iterdir())
    common = ["--vault", str(vault), "--passphrase-file", str(secret)]
    tool, record, report = strace(), home.top / "stream", home.top / "report"
    if tool is None:
        findings.not_run.append("stream of writes: strace is not here or may not watch")
    for number, arguments in enumerate(
        (["search", *common, words.word("argument")], ["forms", "check", str(form)])
    ):
        command = [sys.executable, "-m", "fieldinspect", *arguments]
        kept = record.with_suffix(f".{number}")
        ran = subprocess.run(
            watched(tool, kept, command) if tool else command,
            capture_output=True, env=home.environment(), cwd=ROOT, check=False,
        )  # fmt: skip
        assert ran.returncode in (0, 1, 2), ran.stderr.decode()
        assert b"Traceback" not in ran.stderr
        if tool:
            _search_stream(home, findings, kept)
    findings.stream = {
        where: found for where, found in findings.stream.items() if where.split()[0] not in "12"
    }
    report.touch()
    _search(home, findings, None, report)
    return findings
