"""One running sandbox: the configuration, the clock, the log and the three stand-ins."""

from sandbox.clock import Clock
from sandbox.config import Config
from sandbox.faults import Faults
from sandbox.ledger import Ledger
from sandbox.push import Pusher
from sandbox.shapes import Json
from sandbox.stripe import Stripe
from sandbox.telegram.calls import carry_out
from sandbox.telegram.places import Bot
from sandbox.telegram.town import Town
from sandbox.twilio import Twilio


class World:
    """Everything lives in memory and nothing survives."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.clock = Clock(config.epoch)
        self.ledger = Ledger(self.clock, config.log_file)
        self.faults = Faults()
        self._begin()

    def _begin(self) -> None:
        self.pusher = Pusher(self.ledger, self.faults)
        self.town = Town(self.config, self.clock, self.ledger, self.faults, self.pusher)
        self.town.listen(self._carry_out)
        self.twilio = Twilio(self.config, self.clock, self.ledger, self.pusher)
        self.stripe = Stripe(self.config, self.clock, self.ledger, self.pusher)

    async def _carry_out(self, bot: Bot, method: str, params: Json) -> None:
        await carry_out(self.town, bot, method, params)

    async def reset(self, keep_webhooks: bool) -> None:
        """Empty everything; the bots' webhooks stay only when asked, so that a running product goes on."""
        targets = {key: webhook.target for key, webhook in self.town.webhooks.items()}
        allowed = {key: updates.allowed for key, updates in self.town.updates.items()}
        await self.pusher.close()
        self.faults.clear()
        self.clock.rewind()
        self.ledger.clear()
        self._begin()
        if keep_webhooks:
            for key, webhook in self.town.webhooks.items():
                webhook.target = targets[key]
                self.town.updates[key].allowed = allowed[key]
        self.ledger.announce({"kind": "reset", "chat": None})

    def pending(self) -> Json:
        """Updates and webhooks not yet acknowledged, by receiver."""
        counts = {key: len(updates.waiting) for key, updates in self.town.updates.items()}
        return {**counts, "stripe": self.stripe.pending, "sms": self.twilio.pending}
