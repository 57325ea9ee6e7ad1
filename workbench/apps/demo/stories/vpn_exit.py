"""Two hundred people come from one address: the exit of our VPN."""

from workbench.apps.demo.places import ABROAD, VPN
from workbench.apps.demo.stories._tell import Planted, Story, Tell


def plant(tell: Tell) -> Planted:
    """200 people sign in from one address in two hours, some after a mistyped password."""
    people = tell.some(tell.scaled("people", 200, 20))
    for at, person in enumerate(people):
        minute = 120 * at / len(people)
        if at % 9 == 0:
            tell.sign_in(person, minute - 0.5 if minute > 1 else minute, "50126", place=ABROAD)
        tell.sign_in(person, minute + 1, place=ABROAD)
    return tell.done(
        "One address for two hundred people",
        "The VPN's exit, in the ranges of organisation.yml. A few mistyped passwords belong to it.",
        malicious=False, quiet=["the address as a spray or as one intruder"], addresses=[VPN],
    )  # fmt: skip


STORY = Story(0.53, plant)
