"""The whole way of what citizens say, small: bench/cycle.py runs it with a million presses."""

from bench.cycle import Cycle, Size


def test_from_the_first_press_to_the_last_answer_nothing_is_lost(settings):
    """Twelve recipients: sealed by day, delivered, verified, audited, signed for, answered."""
    cycle = Cycle(settings, Size(presses=600, ideas=120, folios=12, days=2, recounts=1))
    try:
        cycle.run()
    finally:
        cycle.close()
    assert cycle.answered >= 30, "a coalition's ideas are answered by each member"
