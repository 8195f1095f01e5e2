"""The law of review once more, in plain Python, written apart from the program: it says of each step whether it must be accepted.

Time is counted in ticks of ten minutes: reasons are ready after one, stale after three, and a claim is live for less than three.
"""

from dataclasses import dataclass, replace

REVIEWERS, SENIORS = ("lan",), ("thu", "hoa")
PEOPLE = (*REVIEWERS, *SENIORS)
GOOD, NO_GROUND, NO_REASON, UNEXPLAINED = "good", "no ground", "no reason", "unexplained"


@dataclass(frozen=True)
class Task:
    """An ask: what it is about is the number of decisions there were."""

    kind: str
    decided_by: str = ""


@dataclass(frozen=True)
class Shown:
    """A receipt."""

    case: int
    task: int
    who: str
    version: int
    shown: int
    viewed: int | None = None
    scored: int | None = None
    used: bool = False
    outlived: bool = False


@dataclass(frozen=True)
class Claim:
    """Who works on a task, until when."""

    case: int
    task: int
    who: str
    until: int
    ended: bool = False


@dataclass(frozen=True)
class State:
    """Everything the law depends on."""

    now: int
    roles: frozenset[str]
    versions: tuple[int, ...]
    tasks: tuple[tuple[Task, ...], ...]
    claims: tuple[Claim, ...] = ()
    shown: tuple[Shown, ...] = ()
    decisions: tuple[tuple[int, int, str], ...] = ()
    stopped: bool = False


def beginning(n_cases: int) -> State:
    """Give the state after ``n_cases`` were opened and everybody has a role."""
    return State(now=0, roles=frozenset(PEOPLE), versions=(1,) * n_cases, tasks=((Task("first"),),) * n_cases)


def step(s: State, action: tuple, broken: str = "") -> State | None:
    """Give the state after an action; None when the action must be refused. ``broken`` plants a bug."""
    named = {"broken": broken} if action[0] in ("decide", "raw", "show", "view", "score") else {}
    after = globals()[f"_{action[0]}"](s, *action[1:], **named)
    is_silent = action[0] in ("tick", "raw") or (action[0] in ("score", "correct") and after is s)
    return after if after is None or is_silent else _outliving(after, s.now)


def _outliving(s: State, now: int) -> State:
    """Note which reasons something has happened later than they were good for: a clock set back does not make them fresh."""
    if all(r.outlived or now <= r.shown + 3 for r in s.shown):
        return s
    return replace(s, shown=tuple(replace(r, outlived=r.outlived or now > r.shown + 3) for r in s.shown))


def _tick(s: State, by: int) -> State:
    return replace(s, now=s.now + by)


def _reassess(s: State, case: int) -> State | None:
    if s.stopped:
        return None
    return replace(s, versions=tuple(v + (n == case) for n, v in enumerate(s.versions)))


def _stop(s: State, on: bool) -> State:
    return replace(s, stopped=on)


def _role(s: State, who: str, on: bool) -> State:
    return replace(s, roles=s.roles | {who} if on else s.roles - {who})


def _appeal(s: State, case: int) -> State | None:
    return _asked(s, case, "appeal")


def _correct(s: State, case: int) -> State | None:
    return _asked(s, case, "correction")


def _asked(s: State, case: int, kind: str) -> State | None:
    """Ask for a decision about the standing one; the same ask twice is refused for appeals and changes nothing for corrections."""
    n_decided = sum(1 for d in s.decisions if d[0] == case)
    if not n_decided:
        return None
    label = f"{kind} {n_decided}"
    if any(task.kind == label for task in s.tasks[case]):
        return None if kind == "appeal" else s
    return replace(s, tasks=tuple((*ts, Task(label)) if n == case else ts for n, ts in enumerate(s.tasks)))


def _may(s: State, who: str, task: Task, case: int, broken: str = "") -> bool:
    if who not in s.roles:
        return False
    if task.kind.startswith("appeal"):
        return who in SENIORS and (broken == "another" or not any(d[0] == case and d[2] == who for d in s.decisions))
    return True


def _show(s: State, case: int, who: str, broken: str = "") -> State | None:
    allowed = [n for n, task in enumerate(s.tasks[case]) if not task.decided_by and _may(s, who, task, case, broken)]
    if not allowed:
        return None
    task = allowed[-1]
    others = (c for c in s.claims if (c.case, c.task) == (case, task) and c.who != who and c.until > s.now and not c.ended)
    if broken != "claims" and next(others, None):
        return None
    shown = Shown(case=case, task=task, who=who, version=s.versions[case], shown=s.now)
    return replace(s, claims=(*s.claims, Claim(case, task, who, s.now + 3)), shown=(*s.shown, shown))


def _let_go(s: State, case: int, who: str) -> State | None:
    if who not in s.roles:
        return None
    opened = {n for n, task in enumerate(s.tasks[case]) if not task.decided_by}
    own = [c.case == case and c.task in opened and c.who == who and c.until > s.now and not c.ended for c in s.claims]
    if not any(own):
        return None
    return replace(s, claims=tuple(replace(c, ended=True) if mine else c for c, mine in zip(s.claims, own, strict=True)))


def _usable(s: State, n: int, who: str, broken: str = "") -> Shown | None:
    """Give a receipt that may be worked on now."""
    if not 0 <= n < len(s.shown):
        return None
    r = s.shown[n]
    task = s.tasks[r.case][r.task]
    holds = (
        (who in s.roles or broken == "role")
        and (r.who == who or broken == "person")
        and (not r.used or broken == "used")
        and not task.decided_by
        and (r.version == s.versions[r.case] or broken == "newest")
        and ((s.now <= r.shown + 3 and not r.outlived) or broken == "stale")
        and (_may(s, who, task, r.case, broken) or broken == "role")
    )
    return r if holds else None


def _with(s: State, n: int, **change: object) -> tuple[Shown, ...]:
    return tuple(replace(r, **change) if k == n else r for k, r in enumerate(s.shown))  # type: ignore[arg-type]


def _view(s: State, n: int, who: str, broken: str = "") -> State | None:
    r = _usable(s, n, who, broken)
    return replace(s, shown=_with(s, n, viewed=s.now)) if r and r.viewed is None and s.now >= r.shown else None


def _score(s: State, n: int, who: str, broken: str = "") -> State | None:
    r = _usable(s, n, who, broken)
    if r is None or r.viewed is None:
        return None
    if r.scored is not None:
        return s
    return replace(s, shown=_with(s, n, scored=s.now)) if s.now >= r.viewed else None


def _decide(s: State, n: int, who: str, fields: str, broken: str = "") -> State | None:
    r = _usable(s, n, who, broken)
    if r is None or fields != GOOD:
        return None
    if (r.viewed is None and broken != "view") or (r.scored is None and broken != "view"):
        return None
    if (s.now < r.shown + 1 and broken != "look") or (r.scored is not None and s.now < r.scored):
        return None
    tasks = tuple(
        tuple(replace(t, decided_by=who) if (c, k) == (r.case, r.task) else t for k, t in enumerate(ts)) for c, ts in enumerate(s.tasks)
    )
    return replace(s, tasks=tasks, shown=_with(s, n, used=True), decisions=(*s.decisions, (r.case, n, who)))


def _raw(s: State, n: int, broken: str = "") -> State | None:
    """Put a decision row in past the workflow, from a receipt's own rows; what went in is taken out again."""
    if not 0 <= n < len(s.shown):
        return None
    return s if _decide(s, n, s.shown[n].who, GOOD, broken) else None


def _foreign(s: State) -> State:
    return s


def faults_of(before: State, action: tuple, after: State) -> list[str]:
    """Say what of the law a new decision breaks: from the states alone, not from the rules above."""
    if len(after.decisions) == len(before.decisions):
        return []
    case, n, who = after.decisions[-1]
    r = before.shown[n]
    earlier = [d[2] for d in before.decisions if d[0] == case]
    kind = before.tasks[case][r.task].kind
    checks = {
        "exposure of this reviewer": r.who == who and r.case == case,
        "newest assessment": r.version == before.versions[case],
        "unused": not r.used and not before.tasks[case][r.task].decided_by,
        "looked at": before.now - r.shown >= 1,
        "not stale": before.now - r.shown <= 3 and not r.outlived,
        "first view, then score": r.viewed is not None and r.scored is not None and r.shown <= r.viewed <= r.scored <= before.now,
        "written reason": action[0] == "raw" or action[3] == GOOD,
        "role now": who in before.roles,
        "another person": not kind.startswith("appeal") or (who in SENIORS and who not in earlier),
        "one more": len(after.decisions) == len(before.decisions) + 1,
    }
    return [name for name, holds in checks.items() if not holds]
