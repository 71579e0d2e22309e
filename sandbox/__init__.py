"""Stand-ins for Telegram's Bot API, Twilio's Messages API and Stripe's Checkout, in one process.

Written from the providers' public documentation; it imports nothing of the product, so that neither can hide the
other's mistakes.
The contract is ``docs/sandbox.md``.
"""
