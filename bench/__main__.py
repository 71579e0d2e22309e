"""``python -m bench``: many owners at once through webhooks, against the service and against a hand-written aiogram bot.

The bot has core 0 for itself, this driver the last one. Rounds of the two bots alternate, so that both meet the same machine.
"""

import argparse
import asyncio
import gc
import sys

import uvloop

from bench.bots import BOTS
from bench.machine import pin_to_last_core
from bench.report import kept, printed, shown, summed_up
from bench.round import Figures, RoundFailed, play_round


def main() -> int:
    """Gives the exit code: 1 when an owner of any bot did not reach the end with all answers."""
    chosen = _options()
    core = 0 if pin_to_last_core() else None
    gc.freeze()
    rounds: dict[str, list[Figures]] = {bot.name: [] for bot in BOTS}
    try:
        for _ in range(chosen.rounds):
            for bot in BOTS:
                with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                    figures = runner.run(play_round(bot, chosen.owners, chosen.slots, core))
                rounds[bot.name].append(figures)
                print(shown(bot.name, figures), flush=True)
    except RoundFailed as error:
        print(error, file=sys.stderr)
        return 1
    found = summed_up(rounds)
    kept(found)
    print(f"\n{printed(found, rounds)}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each bot (default: 3)")
    parser.add_argument("--owners", type=int, default=200, help="owners a round (default: 200)")
    parser.add_argument(
        "--slots", type=int, default=40, help="updates in flight (default: 40, as Telegram's own limit)"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
