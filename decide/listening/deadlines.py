"""Until when a request about personal data must be answered: 20 working days.

Source: Ley General de Protección de Datos Personales en Posesión de Sujetos Obligados (LGPDPPSO,
DOF 20-03-2025): the answer is due within twenty days, and days are working days. Counted are Monday
to Friday, from the day after receipt, without the rest days that are the same everywhere in Mexico
(Ley Federal del Trabajo). Days on which one authority alone does not work are not considered: the
date may then come earlier than the law asks, never later.
"""

from datetime import date, timedelta

WORKING_DAYS = 20
SATURDAY = 5
# (month, day): New Year, Labour Day, Independence, Christmas.
FIXED = ((1, 1), (5, 1), (9, 16), (12, 25))
# (month, which Monday): Constitution, Juárez, Revolution.
MONDAYS = ((2, 1), (3, 3), (11, 3))
HANDOVER, EVERY = (10, 1), 6  # of the federal executive: 1 October 2024, 2030, …
A_HANDOVER = 2024


def due_on(received: date) -> date:
    """The last day for answering what was received on this day."""
    day, left = received, WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= works(day)
    return day


def works(day: date) -> bool:
    """Whether this is a working day."""
    told = (day.month, day.day)
    if day.weekday() >= SATURDAY or told in FIXED:
        return False
    if told == HANDOVER and (day.year - A_HANDOVER) % EVERY == 0:
        return False
    return day.weekday() != 0 or (day.month, (day.day + 6) // 7) not in MONDAYS
