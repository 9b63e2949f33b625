"""Fusion with our colours, roomier targets and our own tick and dot.

Style sheets are kept to bands, labels, buttons, text fields, tabs and scroll bars: on other widgets they break more
than they mend.
"""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QProxyStyle, QStyle, QStyleHintReturn, QStyleOption, QWidget

from fieldinspect.ui.theme.tokens import Tokens

FOCUS_MARGIN = 6
_TARGET = 24
_METRICS = {
    QStyle.PixelMetric.PM_FocusFrameHMargin: FOCUS_MARGIN,  # Qt's 2 clips a ring of 5 px
    QStyle.PixelMetric.PM_FocusFrameVMargin: FOCUS_MARGIN,
    QStyle.PixelMetric.PM_IndicatorWidth: _TARGET,
    QStyle.PixelMetric.PM_IndicatorHeight: _TARGET,
    QStyle.PixelMetric.PM_ExclusiveIndicatorWidth: _TARGET,
    QStyle.PixelMetric.PM_ExclusiveIndicatorHeight: _TARGET,
    QStyle.PixelMetric.PM_CheckBoxLabelSpacing: 10,
    QStyle.PixelMetric.PM_RadioButtonLabelSpacing: 10,
    QStyle.PixelMetric.PM_SplitterWidth: 9,
    QStyle.PixelMetric.PM_ScrollBarExtent: 16,
    QStyle.PixelMetric.PM_ScrollView_ScrollBarSpacing: 0,
}


class Style(QProxyStyle):
    """The one style of the program; `colours` is replaced when the theme changes."""

    def __init__(self, colours: Tokens) -> None:
        super().__init__("Fusion")
        self.colours = colours

    def pixelMetric(
        self,
        metric: QStyle.PixelMetric,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
    ) -> int:
        return _METRICS.get(metric) or super().pixelMetric(metric, option, widget)

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returned: QStyleHintReturn | None = None,
    ) -> int:
        if hint == QStyle.StyleHint.SH_FocusFrame_AboveWidget:
            return 1  # else the ring is clipped by the parent of the widget it surrounds
        return super().styleHint(hint, option, widget, returned)

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        if element == QStyle.PrimitiveElement.PE_IndicatorCheckBox:
            self._box(option, painter)
        elif element == QStyle.PrimitiveElement.PE_IndicatorRadioButton:
            self._dot(option, painter)
        elif element != QStyle.PrimitiveElement.PE_FrameFocusRect:  # the ring says it, once
            super().drawPrimitive(element, option, painter, widget)

    def _box(self, option: QStyleOption, painter: QPainter) -> None:
        area = self._outline(option, painter)
        painter.drawRect(area)
        if option.state & QStyle.StateFlag.State_On:
            left, top, size = area.left(), area.top(), area.width()
            tick = [(0.2, 0.55), (0.42, 0.76), (0.82, 0.26)]
            painter.setPen(QPen(QColor(self.colours.text), 3))
            painter.drawPolyline(QPolygonF([QPointF(left + x * size, top + y * size) for x, y in tick]))
        painter.restore()

    def _dot(self, option: QStyleOption, painter: QPainter) -> None:
        area = self._outline(option, painter)
        painter.drawEllipse(area)
        if option.state & QStyle.StateFlag.State_On:
            painter.setBrush(QColor(self.colours.text))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(area.center(), area.width() / 4, area.height() / 4)
        painter.restore()

    def _outline(self, option: QStyleOption, painter: QPainter) -> QRectF:
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.colours.input), 2))
        painter.setBrush(QColor(self.colours.raised))
        return QRectF(rect).adjusted(2, 2, -2, -2)


def palette(colours: Tokens) -> QPalette:
    """Return the whole palette, so that no widget is left half dark."""
    made = QPalette()
    role = QPalette.ColorRole
    for where, colour in (
        (role.Window, colours.bg),
        (role.WindowText, colours.text),
        (role.Base, colours.raised),
        (role.AlternateBase, colours.surface),
        (role.Text, colours.text),
        (role.PlaceholderText, colours.text2),
        (role.Button, colours.surface),
        (role.ButtonText, colours.text),
        (role.BrightText, colours.error),
        (role.Highlight, colours.selection),
        (role.HighlightedText, colours.selection_text),
        (role.Accent, colours.accent),
        (role.Link, colours.link),
        (role.LinkVisited, colours.link),
        (role.ToolTipBase, colours.raised),
        (role.ToolTipText, colours.text),
        (role.Light, colours.raised),
        (role.Midlight, colours.surface),
        (role.Mid, colours.border),
        (role.Dark, colours.border),
        (role.Shadow, colours.border),
    ):
        made.setColor(where, QColor(colour))
    for where in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, where, QColor(colours.text2))
    return made
