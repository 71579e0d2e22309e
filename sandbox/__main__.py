"""``python -m sandbox --port P [--host H] [--config FILE] [--public-url URL]``."""

import argparse

import uvicorn

from sandbox.app import application
from sandbox.config import load


def main() -> None:
    """Read the arguments and serve until stopped."""
    parser = argparse.ArgumentParser(prog="sandbox", description="Stand-ins for Telegram, Twilio and Stripe.")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--config")
    parser.add_argument("--public-url", default="")
    given = parser.parse_args()
    config = load(given.config, given.public_url or f"http://127.0.0.1:{given.port}")
    uvicorn.run(
        application(config),
        host=given.host,
        port=given.port,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=60,
    )


main()
