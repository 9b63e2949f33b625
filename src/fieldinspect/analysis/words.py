"""Words the gate needs in order not to cry wolf: names that are words, and capitals that are no names."""

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Surnames and forenames that are also everyday words: told only by their capital.
EVERYDAY: Final = _words(
    "baker bell best bill black bond bridge brook brown bush carter church close cook cross day dean drew field fisher "
    "flood forest fox frank gray grace grant green grey hall hand hardy hill hope house hunt jack joy king knight lane "
    "law little long major mark marsh may miles moon moss new nick north page park parsons pat pool pope price read "
    "reed rich rob rose savage sharp short small south stone street summers swift taylor temple wall ward waters way "
    "wells west white will winter wood young"
)
# Initials that are also everyday abbreviations: told only when dotted.
ABBREVIATIONS: Final = _words("AC CC CI CS DA DC DI DS DV ED FE HR IT MP PA PC PM PR PS SC SI TV UK")
NOT_NAMES: Final = _words(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
    "September October November December Welsh English Wales England Britain British Christmas Easter Inspectorate "
    "Constable Sergeant Inspector Superintendent Commissioner Detective Chief Police Crown Prosecution Service Home "
    "Office College Domestic Abuse Violence Act Bill Clare Clare's Law Force Station Control Room Unit Team Public "
    "Protection Safeguarding Hub Government Parliament Internet Intranet Windows Microsoft I I'm I'd I've "
    "Llun Mawrth Mercher Iau Gwener Sadwrn Sul Ionawr Chwefror Ebrill Mai Mehefin Gorffennaf Awst Medi Hydref "
    "Tachwedd Rhagfyr Cymraeg Gymraeg Nghymraeg Saesneg Cymru Gymru Nghymru Lloegr Loegr Heddlu Prif Brif Gwnstabl "
    "Swyddfa Gartref Fawrth Fai Fehefin Orffennaf Fedi Dachwedd Ragfyr"
)
NOT_SPEAKERS: Final = _words(
    "He She It They We You I There This That These Those One Everyone Everybody Nobody Someone Anyone Somebody "
    "What Which Who Where When Each Either Neither None Some Most All Many Several Few Both Neither Another "
    "Officers Staff Supervisors Constables Sergeants Management Training Guidance Policy Information Equipment "
    "Supervision Demand Work Time Much Little More Less Nothing Something Everything Access Privacy Practice"
)
