"""The stand-in for Stripe's hosted pay page: an amount, what it is for, Pay and Cancel."""

import html

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.provider_routes import world_of
from sandbox.shapes import Json
from sandbox.stripe_shapes import Refused

_ZERO_DECIMALS = {"jpy"}
_STYLE = """
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #f6f8fb; color: #1a2233;
  font: 16px/1.5 system-ui, "Noto Sans TC", sans-serif }
main { width: min(26rem, 92vw); background: #fff; border-radius: 16px; padding: 2rem;
  box-shadow: 0 10px 40px #1a223318 }
small { color: #5b6577 }
h1 { margin: .25rem 0 1rem; font-size: 2.25rem }
ul { list-style: none; padding: 0; margin: 0 0 1.5rem; border-top: 1px solid #e4e8ef }
li { padding: .75rem 0; border-bottom: 1px solid #e4e8ef; display: flex; gap: 1rem; justify-content: space-between }
.card { border: 1px solid #d5dbe6; border-radius: 8px; padding: .75rem; margin-bottom: 1rem; display: flex;
  justify-content: space-between; color: #5b6577 }
button { width: 100%; padding: .85rem; border: 0; border-radius: 8px; font: inherit; font-weight: 600; cursor: pointer;
  margin-top: .5rem }
button:focus-visible { outline: 3px solid #8fb0ff }
.pay { background: #2456d6; color: #fff }
.pay:hover { background: #1c46b3 }
.plain { background: #eef1f6; color: #1a2233 }
.note { color: #b3261e }
"""


def amount_words(amount: int, currency: str) -> str:
    """An amount in minor units as people read it."""
    if currency in _ZERO_DECIMALS:
        return f"{currency.upper()} {amount:,}"
    return f"{currency.upper()} {amount // 100:,}.{amount % 100:02d}"


def _document(body: str) -> HTMLResponse:
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Pay</title>'
    head += '<link rel="icon" href="data:,">'
    head += f"<style>{_STYLE}</style>"
    return HTMLResponse(f'<!doctype html><html lang="en"><head>{head}</head><body><main>{body}</main></body></html>')


def _open_page(session: Json, items: list[Json], note: str) -> HTMLResponse:
    rows = "".join(
        f"<li><span>{html.escape(item['name'])}<br><small>{html.escape(item['description'] or '')}</small></span>"
        f"<b>{amount_words(item['amount_total'], item['currency'])}</b></li>"
        for item in items
    )
    buttons = (
        '<button class="pay" id="pay" name="do" value="paid">Pay</button>'
        '<button class="plain" id="decline" name="do" value="declined">Try a card that is declined</button>'
        '<button class="plain" id="cancel" name="do" value="cancel">Cancel</button>'
    )
    return _document(
        f"<small>Sandbox pay page — no money moves</small>"
        f"<h1>{amount_words(session['amount_total'], session['currency'])}</h1><ul>{rows}</ul>{note}"
        f'<form method="post"><div class="card"><span>4242 4242 4242 4242</span><span>12 / 30</span></div>'
        f"{buttons}</form>"
    )


async def page(request: Request) -> Response:
    """``GET /pay/{id}`` shows the session; ``POST`` with ``do`` = paid, declined or cancel does what a payer would."""
    account = world_of(request).stripe
    try:
        session = account.session(request.path_params["id"])
        if request.method == "POST":
            return await _pressed(request, session)
    except Refused as refused:
        return _document(f'<h1>Not available</h1><p class="note">{html.escape(str(refused))}</p>')
    if session["status"] != "open":
        words = {"complete": "This has been paid already.", "expired": "This link has expired."}
        return _document(f"<h1>{words[session['status']]}</h1><p>You can close this page.</p>")
    note = '<p class="note">Your card was declined.</p>' if "declined" in request.query_params else ""
    return _open_page(session, account.items[session["id"]], note)


async def _pressed(request: Request, session: Json) -> Response:
    async with request.form() as form:
        wanted = str(form.get("do", ""))
    if wanted == "cancel":
        return RedirectResponse(session["cancel_url"] or f"/pay/{session['id']}", 303)
    world_of(request).stripe.pay(session["id"], wanted)
    if wanted == "declined":
        return RedirectResponse(f"/pay/{session['id']}?declined", 303)
    return RedirectResponse(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]), 303)


ROUTES = [Route("/pay/{id}", page, methods=["GET", "POST"])]
