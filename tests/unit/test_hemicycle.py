"""The half circle of seats: every seat has its own place, parties stand side by side in order."""

from itertools import combinations, pairwise
from math import dist

from hypothesis import given
from hypothesis import strategies as st

from decide.catalog.queries import ActorRef, ContestRef
from decide.demonstration.elected import shared_out
from decide.results.queries_elected import Bench, ElectedLine
from decide.web.public.hemicycle import CENTRE, FLOOR, HEIGHT, WIDTH, spots, wedges

RADIUS = 7.4  # of a circle on the page
SIZES = (11, 23, 3, 3, 2, 2, 29, 2)  # of the Legislature of 2021
LISTED = (4, 9, 1, 1, 2, 2, 10, 1)


def bench(number, seats, listed=0):
    party = ActorRef(
        number, f"p{number}", "party", f"P{number}", f"Partido {number}", f"p{number}", None
    )
    place = ContestRef(1, "em.d01", "district", 1, "Chalco")
    return Bench(
        party,
        tuple(
            ElectedLine(
                "deputation", "proportional" if seat < listed else "majority", seat + 1,
                f"Persona {number}-{seat}", party, place, None, False, "",
            )
            for seat in range(seats)
        ),
    )  # fmt: skip


def legislature():
    return [
        bench(number, seats, listed)
        for number, (seats, listed) in enumerate(zip(SIZES, LISTED, strict=True), start=1)
    ]


@given(st.integers(0, 400))
def test_there_are_as_many_places_as_seats_and_no_two_are_the_same(total):
    places = spots(total)
    assert len(set(places)) == total
    assert places == sorted(places)


def test_the_75_seats_do_not_touch_and_stay_inside_the_drawing():
    seats = [seat for wedge in wedges(legislature()) for seat in wedge.seats]
    assert len(seats) == 75
    for one, other in combinations(seats, 2):
        assert dist((one.x, one.y), (other.x, other.y)) > 2 * RADIUS
    for seat in seats:
        assert RADIUS <= seat.x <= WIDTH - RADIUS
        assert RADIUS <= seat.y <= HEIGHT - RADIUS


def test_parties_follow_one_another_from_left_to_right_and_none_mixes_with_the_next():
    def leftness(seat):
        return (CENTRE - seat.x) / dist((seat.x, seat.y), (CENTRE, FLOOR))

    groups = [[leftness(seat) for seat in wedge.seats] for wedge in wedges(legislature())]
    for left, right in pairwise(groups):
        assert min(left) > max(right)


def test_seats_of_majority_are_drawn_full_and_those_of_a_list_as_rings():
    drawn = wedges(legislature())
    assert [sum(seat.listed for seat in wedge.seats) for wedge in drawn] == list(LISTED)
    assert [wedge.number for wedge in drawn] == list(range(1, 9))
    labels = [(wedge.x, wedge.y) for wedge in drawn]
    assert all(dist(one, other) > 11 for one, other in combinations(labels, 2))


def test_one_party_alone_and_an_empty_assembly_can_be_drawn():
    assert wedges([]) == ()
    assert len(wedges([bench(1, 1)])[0].seats) == 1


@given(
    st.dictionaries(st.text("abcdef", min_size=1), st.integers(1, 10**6), min_size=1),
    st.integers(0, 60),
)
def test_the_demonstration_gives_out_every_seat_and_no_party_two_off_its_share(votes, seats):
    given_out = shared_out(votes, seats)
    assert sum(given_out.values()) == seats
    for party, count in votes.items():
        assert abs(given_out[party] - seats * count / sum(votes.values())) < 1
