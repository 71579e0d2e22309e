"""What happens to a call by itself: its doctor is told before it and asked after it, and hears when it is another meanwhile."""

from flows import after_call, call_briefing
from flows.case import Call, Case, Status
from flows.context import Context, Decision
from flows.effects import Effect, Forget, Wake

TIMER = "call"  # its keys are "before:" and "after:" with the booking's revision


def followed(before: Case, decision: Decision, context: Context) -> Decision:
    """Whatever books, moves or ends a call takes its timers along."""
    was, now = _standing(before), _standing(decision.case)
    if (was.revision if was else 0) == (now.revision if now else 0):
        return decision
    effects: list[Effect] = [Forget(TIMER)] if was else []
    if now:
        effects.append(Wake(TIMER, now.starts_at - call_briefing.AHEAD, f"before:{now.revision}"))
        effects.append(Wake(TIMER, now.ends_at, f"after:{now.revision}"))
    if was and call_briefing.is_near(was, context) and decision.case.status is not Status.ANSWERED:
        effects.append(call_briefing.changed(before, context, was))
    return Decision(decision.case, (*decision.effects, *effects))


def _standing(case: Case) -> Call | None:
    return case.call if case.status is Status.BOOKED else None


def due(case: Case, context: Context, key: str) -> Decision:
    """A call that was moved or called off is silent; so is what would be said too late."""
    what, _, revision = key.partition(":")
    call = _standing(case)
    if call is None or revision != str(call.revision):
        return Decision(case)
    if what == "after":
        return after_call.asked(case, context, call)
    return Decision(case, (call_briefing.told(case, context, call),) if context.now < call.ends_at else ())


def undelivered(case: Case, context: Context, about: str) -> Decision:
    """A private message to the doctor of a call could not be delivered: the group is told what is to be done. ``about``: "call.before.3"."""
    kind, what, revision = [*about.split("."), "", ""][:3]
    call = _standing(case)
    if kind != "call" or call is None or revision != str(call.revision):
        return Decision(case)
    match what:
        case "before" if context.now < call.ends_at:
            return Decision(case, (call_briefing.not_told(case, context, call),))
        case "after":
            return Decision(case, (after_call.asked_in_group(case, context, call),))
        case "note":
            return Decision(case, (after_call.prompt_in_group(case, context),))
    return Decision(case)
