"""The wires between a form on screen and its presenter."""

from fieldinspect.ui.forms.presenter import FormPresenter
from fieldinspect.ui.forms.view import FormView


def wire_form(view: FormView, presenter: FormPresenter) -> None:
    """Connect what a person does with a form to the presenter that knows what it means."""
    view.typed.connect(presenter.typed)
    view.left.connect(presenter.left)
    view.sought.connect(presenter.sought)
    view.head.digits_said.connect(presenter.say_digits)
    view.history_asked.connect(presenter.ask_history)
    view.chosen.connect(presenter.choose)
    view.row_added.connect(presenter.repeats.add)
    view.row_removed.connect(presenter.repeats.remove)
    view.section_asked.connect(presenter.go_to_section)
    view.step_asked.connect(presenter.step)
    view.completed_said.connect(presenter.completing.say_completed)
    view.move_banner.changes_asked.connect(presenter.moving.ask)
    view.move_banner.move_asked.connect(presenter.moving.move)
    view.row_opened.connect(presenter.repeats.open)
    view.head.undo_asked.connect(presenter.repeats.undo_remove)
    view.head.undo_dismissed.connect(presenter.repeats.forget_removed)
    view.head.unfinished_asked.connect(presenter.go_to)
    view.file_given.connect(presenter.attach)
    view.comments.added.connect(presenter.reviewing.add)
    view.returned_banner.done_said.connect(presenter.reviewing.settle)
    view.returned_banner.hand_in_asked.connect(presenter.reviewing.hand_in)
    view.review.panel.return_asked.connect(presenter.reviewing.return_it)
    view.review.take_back_asked.connect(presenter.reviewing.take_back)
    view.review.answered.accepted.connect(presenter.reviewing.accept)
    view.lost_banner.back_asked.connect(presenter.restoring.bring_back)
    view.lost_banner.left.connect(presenter.restoring.leave_removed)
    view.dropped_banner.agreed.connect(presenter.completing.dropping.agree)
    view.returned_banner.question_asked.connect(presenter.go_to)
