"""A new master key, without a window: stopped, refused, done once."""

from collections.abc import Callable

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.vault_keys import RecoveryPaper, Rotated
from fieldinspect.domain.views import VaultPlace
from fieldinspect.ui.screens.rotate.presenter import RotatePresenter, Step
from tests.fakes.background import FakeJobs, FakeTime
from tests.fakes.vault import NOW
from tests.ui.test_unlock import GOOD, FakeView

CODE = "-".join(["ABCD"] * 9)


class FakeDoor:
    """Takes two steps for a new key; `between` happens before the second."""

    def __init__(self) -> None:
        self.rotated = 0
        self.between: Callable[[], None] = lambda: None

    def wait(self, _place: VaultPlace) -> int:
        return 0

    def rotate(
        self, _place: VaultPlace, passphrase: str, _new: str, progress: Callable[[int, int], None]
    ) -> Rotated:
        if passphrase != "right":
            raise BadInput("The passphrase does not open this vault")
        progress(1, 2)
        self.between()
        progress(2, 2)
        self.rotated += 1
        return Rotated(CODE)


class Rotating:
    def __init__(self) -> None:
        self.view, self.time, self.jobs, self.door = FakeView(), FakeTime(NOW), FakeJobs(None), FakeDoor()
        self.left: list[bool] = []
        self.presenter = RotatePresenter(
            self.view,
            self.jobs,
            self.time,
            self.door,  # type: ignore[arg-type]  # what is asked of it is there
            VaultPlace("a", "Field laptop"),
            "0" * 32,
            lambda _paper, _language: b"",
            "en",
            NOW.date,
            lambda: self.left.append(True),
        )
        self.presenter.begin()
        self.jobs.run()

    def start(self, passphrase: str = "right") -> None:
        self.presenter.start(passphrase, GOOD, GOOD)
        self.jobs.run()


def test_a_new_key_is_made_once_and_its_code_shown_until_its_last_group_is_typed() -> None:
    one = Rotating()
    one.presenter.start("right", GOOD, GOOD)
    one.start()
    assert one.door.rotated == 1
    assert one.view.last("show_step") is Step.CODE
    assert one.view.last("show_code") == CODE.split("-")
    one.presenter.start("right", GOOD, GOOD)
    one.presenter.keeping.confirm("abc")
    assert one.left == []
    one.presenter.keeping.confirm("abcd")
    one.presenter.keeping.confirm("abcd")
    assert one.left == [True]
    assert one.view.last("show_code") == ()
    assert one.door.rotated == 1


def test_what_is_stopped_has_changed_nothing() -> None:
    one = Rotating()
    one.door.between = one.presenter.stop
    one.start()
    assert one.door.rotated == 0
    assert one.view.last("show_refusal") == "Stopped. Nothing was changed"
    assert one.view.last("show_percent") is None
    one.presenter.back()
    assert one.left == [True]


def test_nobody_goes_back_while_a_key_is_made() -> None:
    one = Rotating()
    one.door.between = one.presenter.back
    one.start()
    assert one.left == []


def test_a_wrong_passphrase_is_said_and_may_be_given_again() -> None:
    one = Rotating()
    one.start("wrong")
    assert one.view.last("show_refusal") == "The passphrase does not open this vault"
    one.start()
    assert one.door.rotated == 1


def test_the_page_names_vault_and_day() -> None:
    one = Rotating()
    one.start()
    assert one.presenter.keeping._paper == RecoveryPaper(
        CODE, "Field laptop", "0" * 32, NOW.date().isoformat()
    )
