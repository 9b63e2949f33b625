"""The style sheet, made from the colours. Widgets say what they are by the dynamic property `look`."""

from fieldinspect.ui.theme.tokens import Tokens

_SHEET = """
QLabel[look="title"] {{ font-size: {title}pt; font-weight: 700; }}
QLabel[look="section"] {{ font-size: {section}pt; font-weight: 700; }}
QLabel[look="label"] {{ font-size: {label}pt; font-weight: 700; }}
QLabel[look="hint"] {{ color: {text2}; }}
QLabel[look="problem"] {{ color: {error}; font-weight: 700; }}
QLabel[look="tag"] {{ background: {surface}; color: {info}; border: 1px solid {info}; padding: 1px 8px; }}
QLabel[look="figure"] {{ font-size: {title}pt; font-weight: 700; }}
QLabel[look="band"] {{ color: {marking_text}; font-weight: 700; padding: 2px 8px; }}
QLabel[level="official"] {{ background: {official}; }}
QLabel[level="sensitive"] {{ background: {sensitive}; }}
QLabel[level="secret"] {{ background: {secret}; }}
QLabel[state="wrong"] {{ color: {error}; font-weight: 700; }}
QPushButton {{ min-height: 24px; padding: 4px 9px; background: {surface}; color: {text}; border: 2px solid {input}; }}
QPushButton:hover {{ background: {selection}; color: {selection_text}; }}
QPushButton:pressed {{ background: {border}; }}
QPushButton:disabled {{ color: {text2}; border: 2px dashed {text2}; }}
QPushButton[look="primary"] {{ min-height: 36px; padding: 2px 18px; font-weight: 700; background: {primary};
  color: {primary_text}; border: 2px solid {primary}; }}
QPushButton[look="primary"]:hover {{ border: 2px solid {text}; }}
QPushButton[look="primary"]:disabled {{ background: {surface}; color: {text2}; border: 2px dashed {text2}; }}
QPushButton[look="link"] {{ background: transparent; border: none; color: {link}; padding: 2px 0;
  text-decoration: underline; text-align: left; }}
QPushButton[look="link"][state="warning"] {{ color: {warning}; font-weight: 700; }}
QPushButton[look="link"]:hover {{ color: {text}; }}
QPushButton[look="link"]:disabled {{ color: {text2}; text-decoration: none; border: none; }}
QPushButton[look="errorlink"] {{ background: transparent; border: none; color: {error}; padding: 2px 0;
  font-weight: 700; text-decoration: underline; text-align: left; }}
QLineEdit, QPlainTextEdit {{ background: {raised}; color: {text}; border: 2px solid {input}; padding: 4px 6px;
  selection-background-color: {selection}; selection-color: {selection_text}; placeholder-text-color: {text2}; }}
QLineEdit {{ min-height: 26px; }}
QLineEdit:read-only, QPlainTextEdit:read-only {{ background: {surface}; border: 2px solid {border}; }}
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"] {{ border: 3px solid {error}; }}
QFrame[look="summary"] {{ border: 4px solid {error}; }}
QFrame[look="notice"] {{ border: 2px solid {info}; background: {surface}; }}
QFrame[look="card"] {{ border: 1px solid {border}; background: {surface}; }}
QFrame[look="question"] {{ border-left: 4px solid transparent; }}
QFrame[look="question"][wrong="true"] {{ border-left: 4px solid {error}; }}
QFrame[look="status"] {{ border-top: 1px solid {border}; background: {surface}; }}
QFrame[look="side"] {{ border: none; border-right: 1px solid {border}; background: {surface}; }}
QListWidget {{ background: transparent; border: none; }}
QListWidget::item {{ padding-left: 8px; border-left: 4px solid transparent; color: {text}; }}
QListWidget::item:selected {{ background: {selection}; color: {selection_text}; border-left: 4px solid {accent}; }}
QFrame[look="rule"] {{ border: none; background: {border}; max-height: 1px; min-height: 1px; }}
QScrollBar:vertical {{ background: {surface}; width: 16px; margin: 0; }}
QScrollBar:horizontal {{ background: {surface}; height: 16px; margin: 0; }}
QScrollBar::handle {{ background: {text2}; border: 4px solid {surface}; }}
QScrollBar::handle:vertical {{ min-height: 40px; }}
QScrollBar::handle:horizontal {{ min-width: 40px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: {surface}; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {border}; }}
QTabBar::tab {{ background: transparent; color: {link}; padding: 8px 9px; border: none;
  border-bottom: 4px solid transparent; }}
QTabBar::tab:selected {{ color: {text}; font-weight: 700; border-bottom: 4px solid {accent}; }}
QTabBar::tab:hover {{ color: {text}; }}
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {input}; padding: 4px; }}
"""

BODY_POINTS = 11.0


def sheet(colours: Tokens, scale: float) -> str:
    """Return the style sheet for a text size of `scale` times the body size."""
    sizes = {"title": 17, "section": 13.5, "label": 11.5}
    points = {name: round(size * scale, 1) for name, size in sizes.items()}
    return _SHEET.format(**colours._asdict(), **points)
