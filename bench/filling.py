"""A world filled by SQL: millions of presses and ideas in a minute or two, sealed and reviewed.

Nothing goes through the press log, so log and rows do not agree: for benches of deliveries only.
"""

from dataclasses import dataclass

from bench.cycle import LAST_DAY, WORDS, Cycle
from decide.abuse import jobs as reviewing
from decide.catalog.models import Subject
from decide.seals import jobs as sealing
from tests import factories

# Presses of as many devices, three of five in favour, at any second of twelve hours of their day.
PRESSES = """
INSERT INTO reaction (subject_id, pressed_at, press_id, version, choice)
SELECT (%(subjects)s::bigint[])[1 + n % %(count)s], %(last)s::timestamptz
       - make_interval(days => (n / %(count)s % %(days)s)::int)
       + make_interval(secs => (hashint8(n) & 65535) * 0.6),
       md5(n::text)::uuid, 1, CASE WHEN hashint8(-n) & 255 < 154 THEN 1 ELSE 2 END
FROM generate_series(0, %(presses)s::bigint - 1) AS n
"""
# Twelve words of the list, drawn by the bytes of a hash.
IDEAS = """
INSERT INTO idea (subject_id, version, kind, text, topic, municipality_number, folio_hash, salt,
                  received_on)
SELECT (%(subjects)s::bigint[])[1 + n % %(count)s], 1,
       (ARRAY['idea', 'proposal', 'comment'])[1 + (n % 3)::int],
       'Propongo ' || concat_ws(' ', {words}) || '. Número ' || n || '.',
       (ARRAY[NULL, 'agua', 'salud', 'seguridad'])[1 + get_byte(h, 30) % 4],
       nullif(get_byte(h, 31) % 126, 0), sha256(int8send(n)), substring(h, 1, 16),
       %(day)s::date - (n / %(count)s % %(days)s)::int
FROM generate_series(0, %(ideas)s::bigint - 1) AS n, sha256(int8send(-n - 1)) AS h
""".replace(
    "{words}",
    ", ".join(f"(%(words)s::text[])[1 + get_byte(h, {at}) % {len(WORDS)}]" for at in range(12)),
)


@dataclass
class Filled(Cycle):
    """The cycle's world, with its answers written into the tables at once.

    `only`: everything is said to this actor.
    """

    only: str = ""

    def live(self):
        """Fill the tables; then every seal and every review, as the nights make them."""
        if self.only:
            with self.house.database.reading() as session:
                own = session.query(Subject.id).filter(Subject.actor_id == self.actors[self.only])
                wanted = {number for (number,) in own}
            self.subjects = [number for number in self.subjects if number in wanted]
        given = {
            "subjects": self.subjects, "count": len(self.subjects),
            "last": LAST_DAY.replace(hour=8), "day": LAST_DAY.date(), "days": self.size.days,
            "words": list(WORDS), "presses": self.size.presses, "ideas": self.size.ideas,
        }  # fmt: skip
        self.clock.instant = self.noon(0)
        sealing.catch_up(self.house)  # days without a word cost nothing now
        with self.step("presses and ideas into SQL"):
            with self.house.database.transaction() as session:
                plain = session.connection().exec_driver_sql
                plain("SET LOCAL statement_timeout = 0")
                plain(PRESSES.replace(" % ", " %% "), given)
                plain(IDEAS.replace(" % ", " %% "), given)
            with self.house.database.engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                for table in ("reaction", "idea"):
                    connection.exec_driver_sql(f"VACUUM ANALYZE {table}")
        self.clock.instant = factories.RESULTS
        with self.step("the seals of the filled days"):
            sealing.catch_up(self.house)
        with self.step("the reviews"):
            reviewing.catch_up(self.house)
