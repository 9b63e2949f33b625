"""Panes beside each other, or one at a time behind tabs when the window is narrow."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QTabBar, QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.ui.widgets.focus import focus_first


class Panes(QWidget):
    """Two panes. Below `breakpoint` pixels at normal text size only one is shown, and tabs lead to the other."""

    def __init__(self, panes: Sequence[tuple[str, QWidget]], *, stretch: Sequence[int]) -> None:
        super().__init__()
        self._panes = [pane for _name, pane in panes]
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(_("Parts of this screen"))
        self.tabs.setExpanding(False)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        for (name, pane), share in zip(panes, stretch, strict=True):
            self.tabs.addTab(name)
            self._splitter.addWidget(pane)
            self._splitter.setStretchFactor(self._splitter.count() - 1, share)
        self.tabs.currentChanged.connect(self._show)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self._splitter, 1)
        self._narrow = False
        self._shares = list(stretch)
        self._moved = False
        self._splitter.splitterMoved.connect(self._keep_sizes)
        self._show()

    @property
    def narrow(self) -> bool:
        return self._narrow

    def set_narrow(self, narrow: bool) -> None:
        if narrow != self._narrow:
            self._narrow = narrow
            self._show()

    def bring(self, pane: QWidget) -> None:
        """Bring a pane to the front, if they are not all in front."""
        self.tabs.setCurrentIndex(self._panes.index(pane))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._moved:
            self._splitter.setSizes([self.width() * share // sum(self._shares) for share in self._shares])

    def _keep_sizes(self, *_where: int) -> None:
        """From now on the sizes are the person's own."""
        self._moved = True

    def _show(self, *_index: int) -> None:
        self.tabs.setVisible(self._narrow)
        shown = self._panes[max(0, self.tabs.currentIndex())]
        focused = self.focusWidget()
        for pane in self._panes:
            pane.setVisible(not self._narrow or pane is shown)
        if focused is not None and focused.hasFocus() and not focused.isVisible():
            focus_first(shown)  # the focus never stays where nobody sees it
