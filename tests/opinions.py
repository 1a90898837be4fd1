"""Answers of many invented citizens, and an independent count of what they said.

The count is kept in plain Python while the answers are written, and never read from the database.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

from decide.participation.choices import Choice, IdeaKind
from decide.participation.entry import IdeaSent, Press
from decide.participation.folio import Folio, hash_of
from decide.participation.store import microseconds_of, store_ideas, store_presses
from tests import factories

WORDS = (
    "más luz en la parada", "que el agua llegue por la tarde", "una clínica con medicinas",
    "arreglen el puente", "becas para secundaria", "camión hasta la colonia", "áreas verdes",
    "cámaras en el mercado", "menos baches", "talleres para jóvenes", "ñandúes no, árboles sí",
)  # fmt: skip


@dataclass
class Said:
    """What was sent: (subject, choice) → devices, and the ideas of each subject."""

    choices: Counter = field(default_factory=Counter)
    by_day: Counter = field(default_factory=Counter)
    ideas: dict = field(default_factory=dict)

    def likes(self, subjects):
        return sum(self.choices[each, Choice.LIKE] for each in subjects)

    def dislikes(self, subjects):
        return sum(self.choices[each, Choice.DISLIKE] for each in subjects)

    def texts(self, subjects):
        return sorted(text for each in subjects for text in self.ideas.get(each, ()))


def folio_of(number, seed=1):
    """The folio of the idea of this number, as its author keeps it."""
    return Folio(sha256(f"{seed}/idea/{number}".encode()).digest()[:16])


def speak(session, subjects, *, citizens=200, ideas=120, seed=1, at=factories.CAMPAIGN, days=5):
    """`citizens` press on some of `subjects`, many change their mind; `ideas` texts are sent."""
    chance = random.Random(seed)
    said = Said()
    for number in range(citizens):
        for subject_id in chance.sample(subjects, min(3, len(subjects))):
            press_id = sha256(f"{seed}/{number}/{subject_id}".encode()).digest()[:16]
            moment = at + timedelta(days=chance.randrange(days))
            for _ in range(chance.choice((1, 1, 1, 2, 3))):
                choice = chance.choice((Choice.LIKE, Choice.LIKE, Choice.DISLIKE, Choice.NONE))
                moment += timedelta(seconds=5)
                store_presses(
                    session,
                    [Press(press_id, subject_id, 1, int(choice), microseconds_of(moment))],
                )
            said.choices[subject_id, choice] += 1
            day = moment.astimezone(factories.ZONE).date().isoformat()
            said.by_day[subject_id, day, choice] += 1
    sent = []
    for number in range(ideas):
        subject_id = chance.choice(subjects)
        text = f"{chance.choice(WORDS).capitalize()}: {chance.choice(WORDS)} ({number})"
        said.ideas.setdefault(subject_id, []).append(text)
        sent.append(
            IdeaSent(
                hash_of(folio_of(number, seed)), subject_id, 1,
                chance.choice(tuple(IdeaKind)), text, chance.choice(("", "agua", "salud")),
                chance.choice((0, 1, 106)),
                microseconds_of(at + timedelta(days=chance.randrange(days))),
            )
        )  # fmt: skip
    store_ideas(session, sent, factories.ZONE)
    return said
