"""Does the review find campaigns, and leave clean days alone? `python -m bench.abuse` (R35).

A world of subjects with a day's answers each: volumes, hours, choices, new devices and networks
differ from subject to subject; debates lift all of them, interviews lift one. Six attacks add at
least 5 % (and at least 200 answers) to a subject's day. Printed per attack: how many were flagged,
and how many clean subject-days were.

    python -m bench.abuse                 12 days of 150 subjects
    python -m bench.abuse --days 2        short
    python -m bench.abuse --seed 7
"""

import argparse
import random
import time
from collections import Counter
from dataclasses import dataclass, field

from decide.abuse import rule
from decide.abuse.copies import copied
from decide.abuse.rule import DISLIKE, HOURS, LIKE, Cell, ItemDay

NETWORKS = 3_000
CROWD = 50  # as in decide.participation.networks, for a single worker
HOURLY = (10, 6, 4, 3, 3, 6, 14, 28, 40, 48, 52, 55, 58, 60, 58, 54, 52, 55, 62, 72, 80, 74, 50, 24)
ATTACKS = ("script", "proxies", "cgnat", "drip", "brigade")
WORDS = tuple(
    "agua luz calle parada mercado escuela clínica puente camión parque policía becas jóvenes "  # noqa: SIM905
    "mujeres campo drenaje bache árbol basura vecinos colonia centro tarde noche diario gratis "
    "nuevo grande seguro limpio cerca pronto falta pido ojalá pongan arreglen quiten cuiden".split()
)


@dataclass
class Day:
    """One subject's day as it is made: answers with hour, second, choice, age and network."""

    subject_id: int
    attack: str = ""
    answers: list[tuple[float, int, bool, int]] = field(default_factory=list)

    def item(self) -> ItemDay:
        """As the review sees it, but for the times."""
        made = ItemDay(self.subject_id)
        seen: Counter[int] = Counter()
        for second, choice, new, network in sorted(self.answers):
            seen[network] += 1
            hour = int(second // 3600)
            made.cells[Cell(hour, choice, new, seen[network] > CROWD)] += 1
        return made

    def add_times(self, item: ItemDay, hours: Counter[int]) -> None:
        """The times that the rule asks for."""
        for hour, choice in rule.fullest(item, hours):
            item.times[hour, choice] = [
                second
                for second, what, _, _ in self.answers
                if int(second // 3600) == hour and what == choice
            ]


class World:
    """Makes days; the same seed makes the same."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        shares = [1 / (rank + 8) for rank in range(NETWORKS)]
        total = sum(shares)
        self.networks = [sum(shares[: rank + 1]) / total for rank in range(NETWORKS)]

    def network(self) -> int:
        """A network as citizens come: a few large ones (CGNAT), many small ones."""
        from bisect import bisect

        return bisect(self.networks, self.chance.random())

    def clean(self, subject_id: int, lifted: list[float]) -> Day:
        """A day without campaign. `lifted`: what a debate does to every subject's hours."""
        chance = self.chance
        made = Day(subject_id)
        volume = min(8_000.0, max(60.0, chance.lognormvariate(6.4, 0.9)))
        likes = min(0.93, max(0.12, chance.gauss(0.64, 0.15)))
        new = min(0.7, max(0.15, chance.gauss(0.4, 0.06)))
        leaning = chance.gauss(0.0, 0.02)  # how differently the new choose, in share of likes
        interview = chance.randrange(8, 22) if chance.random() < 0.02 else -1
        for hour in range(HOURS):
            rate = volume * HOURLY[hour] / sum(HOURLY) * lifted[hour]
            rate *= chance.gammavariate(1 / rule.SPREAD, rule.SPREAD)
            fresh = new
            if interview <= hour <= interview + 1 and interview >= 0:
                rate, fresh = rate * 4, 0.6
            here = likes + chance.gauss(0.0, 0.015)
            for _ in range(self.poisson(rate)):
                is_new = chance.random() < fresh
                choice = LIKE if chance.random() < here + (leaning if is_new else 0) else DISLIKE
                second = (hour + chance.random()) * 3600
                made.answers.append((second, choice, is_new, self.network()))
        return made

    def attacked(self, day: Day, attack: str) -> Day:
        """Add a campaign: at least 200 answers and 5 % of the day, at most half of it."""
        chance = self.chance
        day.attack = attack
        size = max(200, round(len(day.answers) * chance.uniform(0.05, 0.5)))
        choice = chance.choice((LIKE, DISLIKE))
        begin = chance.uniform(7, 17) * 3600
        length = {"script": (1, 3), "proxies": (1, 6), "cgnat": (2, 6), "brigade": (3, 5)}
        hours = chance.uniform(*length.get(attack, (24, 24)))
        server, carrier = NETWORKS + 1, chance.randrange(3)
        for number in range(size):
            network, new, what = chance.randrange(10_000, 60_000), True, choice
            even = (number + chance.uniform(-0.1, 0.1)) / size
            if attack == "script":
                second, network = begin + abs(even) * hours * 3600, server
            elif attack == "drip":
                second = abs(number + chance.uniform(-0.5, 0.5)) / size * 86_400
            elif attack == "brigade":
                second = begin + min(hours, chance.expovariate(3 / hours)) * 3600
                network, new = self.network(), chance.random() < 0.8
                what = choice if chance.random() < 0.95 else LIKE + DISLIKE - choice
            else:
                second = begin + chance.random() * hours * 3600
                network = carrier if attack == "cgnat" else network
            day.answers.append((min(second, 86_399.0), what, new, network))
        return day

    def poisson(self, rate: float) -> int:
        """A number of answers."""
        if rate > 50:
            return max(0, round(self.chance.gauss(rate, rate**0.5)))
        count, left = 0, self.chance.expovariate(1)
        while left < rate:
            count, left = count + 1, left + self.chance.expovariate(1)
        return count

    def ideas(self, count: int) -> list[str]:
        """Texts of different people."""
        chance = self.chance
        return [" ".join(chance.choices(WORDS, k=chance.randrange(4, 25))) for _ in range(count)]

    def copies(self, count: int) -> list[str]:
        """One text, changed a little each time."""
        base = self.chance.choices(WORDS, k=self.chance.randrange(14, 30))
        made = []
        for _ in range(count):
            words = list(base)
            if self.chance.random() < 0.7:
                words[self.chance.randrange(len(words))] = self.chance.choice(WORDS)
            made.append(" ".join(words).capitalize() + self.chance.choice(("", ".", "!", " 🙂")))
        return made


@dataclass
class Score:
    """Found and made, by attack; clean days flagged and made."""

    found: Counter[str] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)
    wrong: int = 0
    clean: int = 0
    tests: Counter[str] = field(default_factory=Counter)

    def told(self) -> str:
        """The table."""
        lines = [
            f"{attack:<10} {self.found[attack]:>4} of {self.made[attack]:>4} flagged"
            f" ({100 * self.found[attack] / self.made[attack]:.1f} %)"
            for attack in sorted(self.made)
        ]
        lines.append(f"all        {100 * self.recall:.1f} % of {self.made.total()} campaigns")
        lines.append(f"clean      {self.wrong} of {self.clean} flagged ({100 * self.false:.2f} %)")
        return "\n".join(lines)

    @property
    def recall(self) -> float:
        """Share of campaigns that were flagged."""
        return self.found.total() / self.made.total()

    @property
    def false(self) -> float:
        """Share of clean subject-days that were flagged."""
        return self.wrong / self.clean


def simulate(*, days: int, subjects: int, seed: int) -> Score:
    """Make and judge so many days; one campaign of each attack a day."""
    world, score = World(seed), Score()
    for _ in range(days):
        lifted = [1.0] * HOURS
        lifted[world.chance.randrange(18, 23)] = world.chance.choice((1.0, 2.5))
        made = [world.clean(number, lifted) for number in range(subjects)]
        for number, attack in enumerate(ATTACKS):
            world.attacked(made[number], attack)
        flagged = review(made)
        for day in made:
            hit = day.subject_id in flagged
            if day.attack:
                score.made[day.attack] += 1
                score.found[day.attack] += hit
            else:
                score.clean += 1
                score.wrong += hit
        for number in range(subjects // 5):
            attack = number == 0
            texts = world.ideas(world.chance.randrange(5, 120))
            texts += world.copies(200) if attack else []
            hit = bool(copied(list(enumerate(texts))))
            score.made["copies"] += attack
            score.found["copies"] += hit and attack
            score.clean += not attack
            score.wrong += hit and not attack
    return score


def review(made: list[Day]) -> set[int]:
    """The subjects that the rule flags."""
    items = [day.item() for day in made]
    hours = rule.hours_of(items)
    for day, item in zip(made, items, strict=True):
        day.add_times(item, hours)
    return {each.subject_id for each in rule.judge(items)}


def main() -> None:
    """Read the arguments, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--days", type=int, default=12)
    parser.add_argument("--subjects", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    begun = time.perf_counter()
    score = simulate(days=options.days, subjects=options.subjects, seed=options.seed)
    print(score.told())
    print(f"{time.perf_counter() - begun:.1f} s")


if __name__ == "__main__":
    main()
