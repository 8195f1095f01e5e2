"""Speed of the whole path and its parts against what others offer, in one run on one pinned core; prints ``docs/results/speed.md``.

``python bench/measure.py [N [GROWTH]]``: N generated adverts (20,000 by default), besides the corpus; GROWTH is how many adverts the
longest scan reads that must take no more time an advert, nor more memory, than a short one (N by default; the bar says 1,000,000).
"""

import cProfile
import os
import platform
import pstats
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from measure_scan import DAY, scan
from peers import fast_text, lime_of, patterns_of, presidio, scikit_learn
from stress import stress_pack
from workload import generate, unheard

from classifier.checker import Checker, assess, load_checker, make_ad
from classifier.fast.joints import longest
from classifier.fast.names import NameIndex
from classifier.fast.plain import plain_ones
from classifier.fast.rules import RuleFinder
from classifier.fast.weighing import Weigher
from classifier.law.rules import RulePack
from classifier.learning.corpus import read_corpus
from classifier.reading.lexicon import listed_phrases
from classifier.reading.words import read_words

REPEATS = 5
ROOT = Path(__file__).parents[1]


def seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Give the median CPU time of some work."""
    taken = []
    for _ in range(repeats):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return statistics.median(taken)


def rate(work: Callable[[], object], n: int, repeats: int = REPEATS) -> float:
    """Give how many texts a second of CPU time some work on n texts does."""
    return n / seconds(work, repeats)


class Sheet:
    """The rows of the table, printed as they come."""

    def __init__(self) -> None:
        print("| what | bar | measured | reached |\n|---|---|---|---|")

    def add(self, what: str, bar: str, measured: str, reached: bool | None) -> None:
        """Print one row."""
        print(f"| {what} | {bar} | {measured} | {'not measured' if reached is None else 'yes' if reached else '**no**'} |", flush=True)


def main() -> None:
    """Measure all of it."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[0]})
    print(_head(n), flush=True)
    generated = list(generate(n + 4_000, 7))
    train, texts = generated[:4_000], [text for text, _ in generated[4_000:]]
    texts += [passage.text for passage in read_corpus(ROOT / "data" / "corpus")]
    pipeline = scikit_learn(*zip(*train, strict=True))
    few = texts[:: max(1, len(texts) // 1_500)]
    checker = load_checker()
    sheet = Sheet()
    learn = rate(lambda: pipeline.predict_proba(few), len(few))
    fast = fast_text(*zip(*train, strict=True))
    quick = rate(lambda: fast(few), len(few)) if fast else None
    _scans(sheet, texts, few, checker, learn, quick)
    _core(sheet, few, checker, learn)
    _rules(sheet, few[:400], checker)
    _one(sheet, few[:60], checker, pipeline)
    _cores(sheet, cores)
    _start(sheet)
    _hard(sheet, texts, checker)
    _growth(sheet, int(sys.argv[2]) if len(sys.argv) > 2 else len(texts))
    print(f"\nscikit-learn `predict_proba`: {learn:,.0f} texts/s; fastText: {f'{quick:,.0f} texts/s' if quick else 'not installed'}.")
    print(_where(few, checker))


def _head(n: int) -> str:
    return (
        f"# Speed\n\nMade by `make bench N={n}`: one pinned core of {os.cpu_count()}, CPU time, medians of {REPEATS}, Python {platform.python_version()}, "
        f"NumPy {np.__version__}. Load average of the machine when it began: {os.getloadavg()[0]:.1f}; ratios come from one run, read those and not "
        f"the absolutes.\nWorkload: {n:,} generated adverts (5–120 words, both languages) and every passage of the corpus.\n"
    )


def _scans(sheet: Sheet, texts: list[str], few: list[str], checker: Checker, learn: float, quick: float | None) -> None:
    for full, name, times, over in (
        (True, "`adcheck scan`, JSONL with full reasoning", 10, 2),
        (False, "`adcheck scan`, CSV (flags and types)", 20, 3),
    ):
        begun = time.process_time()
        scan(texts, checker, full=full)
        first = len(texts) / (time.process_time() - begun)
        own = rate(lambda full=full: scan(few, checker, full=full), len(few))
        measured = f"{own:,.0f} texts/s ({first:,.0f} on the first pass over all): {own / learn:.1f} × scikit-learn"
        beats = own >= times * learn
        if quick:
            measured += f", {own / quick:.2f} × fastText"
            beats = beats and own >= over * quick
        sheet.add(name, f"≥ {times} × scikit-learn, ≥ {over} × fastText", measured, beats)


class Core:
    """The scoring core alone: texts that are plain as arrays, the others word by word, as the whole path does."""

    def __init__(self, checker: Checker) -> None:
        self.scorer = checker.scorer
        self.weigher = Weigher(checker.scorer, NameIndex(checker.scorer.model.names))

    def score(self, asked: Sequence[str], *, contributions: bool = False) -> None:
        """Read and weigh texts."""
        for i in range(0, len(asked), 256):
            texts = list(asked[i : i + 256])
            is_plain = plain_ones(texts)
            odd = [read_words(text) for text, plain in zip(texts, is_plain, strict=True) if not plain]
            weighings = self.scorer.weigh_many(odd)
            plain = [text for text, told in zip(texts, is_plain, strict=True) if told]
            if plain:
                page = self.weigher.read(plain)
                weighed = self.weigher.weigh_texts(page)
                if contributions:
                    self.weigher.risk_of_words(page, weighed).tolist()
            if contributions:
                [weighing.risk.tolist() for weighing in weighings]


def _core(sheet: Sheet, few: list[str], checker: Checker, learn: float) -> None:
    core = Core(checker)
    core.score(few)
    known = rate(lambda: core.score(few), len(few))
    told = rate(lambda: core.score(few, contributions=True), len(few))
    fresh = [text for text, _ in generate(len(few) * REPEATS, 99)]
    passes = iter(range(REPEATS))

    def next_part() -> None:
        part = next(passes)
        core.score(fresh[part * len(few) : (part + 1) * len(few)])

    warm = rate(next_part, len(few))
    news = iter([unheard(300, seed) for seed in range(REPEATS)])
    strange = rate(lambda: core.score(next(news)), 300)
    for what, bar, found in (("known words", 50, known), ("fresh text, warm", 25, warm), ("every word new", 15, strange)):
        sheet.add(
            f"scoring core (read, classes, risk and kinds), {what}",
            f"≥ {bar} × scikit-learn",
            f"{found:,.0f} texts/s: {found / learn:.1f} ×",
            found >= bar * learn,
        )
    sheet.add("scoring core plus the risk's contribution of every word", "≥ 30 × scikit-learn; ≤ 2 × own scoring",
              f"{told / learn:.1f} ×; {known / told:.2f} × own scoring", told >= 30 * learn and known <= 2 * told)  # fmt: skip


def _rules(sheet: Sheet, texts: list[str], checker: Checker) -> None:
    listed: dict[str, list[str]] = {}
    for phrase, name in listed_phrases():
        listed.setdefault(name.upper(), []).append(phrase)
    shipped = [rule.terms for pack in checker.packs for rule in pack.active.values()]
    own, others = _matching(texts, checker, checker.packs), _patterns(texts, patterns_of(shipped, listed))
    sheet.add(f"all {len(shipped)} rules with offsets, word classes included", "≥ 100 × one `re` a rule",
              f"{own / len(texts) * 1e6:,.1f} µs a text: {others / own:.0f} ×", others >= 100 * own)  # fmt: skip
    stress = stress_pack(checker.packs[0], texts, 1_000)
    terms = [rule.terms for rule in stress.active.values()]
    own, others = _matching(texts, checker, (stress,)), _patterns(texts, patterns_of(terms, listed))
    loop = presidio(terms)
    third = seconds(lambda: [loop(text) for text in texts[:20]], 1) * len(texts) / 20 if loop else None
    measured = f"{own / len(texts) * 1e6:,.1f} µs a text: {others / own:.0f} × one `re` a rule"
    measured += f", {third / own:,.0f} × Presidio" if third else "; Presidio is not installed"
    sheet.add("1,000 rules in a stress pack", "≥ 100 × one `re` a rule, ≥ 1,000 × a Presidio loop",
              measured, others >= 100 * own and third >= 1_000 * own if third else None)  # fmt: skip


def _patterns(texts: list[str], patterns: list[re.Pattern[str]]) -> float:
    lowered = [text.lower() for text in texts]
    return seconds(lambda: [[m.span() for p in patterns for m in p.finditer(text)] for text in lowered], 1)


def _matching(texts: list[str], checker: Checker, packs: tuple[RulePack, ...]) -> float:
    """Give the time to find word classes and rules, with the places in letters of each match; texts are read before the clock starts."""
    weigher = Weigher(checker.scorer, NameIndex(checker.scorer.model.names))
    rules = RuleFinder(packs, weigher.classes.names, weigher.words)
    page = weigher.read([text for text, plain in zip(texts, plain_ones(texts), strict=True) if plain])
    runs, setting = page.of_texts, (None, DAY, ("vn", "eu", "uk", "us"))
    every, settings = np.arange(len(runs)), [setting] * len(runs)
    folded = page.unmarked(runs)[runs.of_word]

    def match() -> None:
        classes = longest(weigher.classes.of_texts(page))
        for found in rules.find(page, runs, every, folded, classes, settings).values():
            for parts in found.parts.values():
                [(page.starts[match.first], page.ends[match.last]) for match in parts.get("term", [])]

    match()
    return seconds(match)


def _one(sheet: Sheet, texts: list[str], checker: Checker, pipeline: Any) -> None:
    def middle(work: Callable[[str], object]) -> float:
        work(texts[0])
        return statistics.median(seconds(lambda text=text: work(text)) for text in texts)

    own = middle(lambda text: assess(make_ad(text, as_of=DAY), checker))
    others = middle(lambda text: pipeline.predict_proba([text]))
    sheet.add(
        "one ad, whole path, p50", "≤ 1/4 of scikit-learn's `predict_proba`", f"{own * 1e3:.2f} ms: 1/{others / own:.1f}", own <= others / 4
    )
    try:
        lime = statistics.median(seconds(lambda text=text: lime_of(pipeline, text, 1_000), 1) for text in texts[:3]) * 5
    except ImportError:
        sheet.add("one ad against LIME", "≥ 1,000 × faster", "not installed", None)
        return
    sheet.add("one ad against LIME (5,000 samples; measured with 1,000)", "≥ 1,000 × faster", f"{lime / own:,.0f} ×", lime >= 1_000 * own)


def _cores(sheet: Sheet, cores: list[int]) -> None:
    if len(cores) < 2:
        sheet.add("two cores against one", "≥ 1.7 ×", "one core only", None)
        return
    program = (
        "import sys, time; sys.path[:0] = [{bench!r}, {root!r}]\nfrom measure import *\n"
        "texts = [text for text, _ in generate(3000, {seed})]\nchecker = load_checker(); scan(texts, checker, full=True)\n"
        "print('ready', flush=True); sys.stdin.readline(); begun = time.perf_counter(); scan(texts, checker, full=True)\nprint(time.perf_counter() - begun)"
    )

    def run(where: list[int]) -> float:
        shards = []
        for core in where:
            source = program.format(bench=str(ROOT / "bench"), root=str(ROOT), seed=core)
            command = ["taskset", "-c", str(core), sys.executable, "-c", source]
            shards.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        for shard in shards:
            shard.stdout.readline()  # type: ignore[union-attr]
        for shard in shards:
            shard.stdin.write("go\n")  # type: ignore[union-attr]
            shard.stdin.flush()  # type: ignore[union-attr]
        return max(float(shard.communicate()[0]) for shard in shards)

    one, two = min(run(cores[:1]) for _ in range(2)), min(run(cores[:2]) for _ in range(2))
    sheet.add("two cores against one (own shards, wall clock)", "≥ 1.7 ×", f"{2 * one / two:.2f} ×", 2 * one >= 1.7 * two)


def _start(sheet: Sheet) -> None:
    def child(*command: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    program = Path(sys.executable).with_name("adcheck")
    own = statistics.median(child(str(program), "check", "Trà chữa tiểu đường trong 7 ngày", "--lang", "vi") for _ in range(REPEATS))
    others = statistics.median(child(sys.executable, "-c", "import sklearn") for _ in range(REPEATS))
    sheet.add(
        "`adcheck check` as a process, start to answer",
        "≤ 1.5 × `import sklearn`",
        f"{own:.2f} s: {own / others:.2f} ×",
        own <= 1.5 * others,
    )


def _hard(sheet: Sheet, texts: list[str], checker: Checker) -> None:
    average = seconds(lambda: scan(texts[:2_000], checker, full=True), 3)
    hard = {"1 MB ad": "tiêu đường " * 95_000, "one 50,000-letter word": "a" * 50_000, "2,000 new words": " ".join(unheard(55, 5))}
    for name, text in hard.items():
        own = seconds(lambda text=text: assess(make_ad(text, as_of=DAY), checker), 1)
        sheet.add(
            name,
            "answered or refused within the time of 2,000 average ads",
            f"{own * 1e3:,.0f} ms of {average * 1e3:,.0f} ms",
            own <= average,
        )


def _growth(sheet: Sheet, grown: int) -> None:
    """Scan ever more ads in a process of its own: time per ad, and the most memory that process had."""
    sizes = (10_000, max(20_000, grown))
    program = (
        "import sys; sys.path[:0] = [{bench!r}, {root!r}]\n"
        "from measure_scan import most_memory, scan_generated\nprint(scan_generated({size}), most_memory())"
    )
    told = []
    for size in sizes:
        source = program.format(bench=str(ROOT / "bench"), root=str(ROOT), size=size)
        output = subprocess.run([sys.executable, "-c", source], check=True, stdout=subprocess.PIPE, text=True).stdout
        told.append([float(number) for number in output.split()])
    change, peak = told[1][0] / told[0][0] - 1, told[1][1]
    sheet.add(f"growth from {sizes[0]:,} to {sizes[1]:,} ads (bar: 1,000,000)", "time per ad ± 15 %, memory flat and ≤ 400 MB",
              f"{change:+.0%}; peak of the process alone {told[0][1]:,.0f} → {peak:,.0f} MB", abs(change) <= 0.15 and peak <= 400)  # fmt: skip


def _where(texts: list[str], checker: Checker) -> str:
    profile = cProfile.Profile()
    profile.runcall(scan, texts, checker, full=True)
    rows: dict[str, float] = {}
    table: dict[Any, Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    for (file, _, _), (_, _, own, _, _) in table.items():
        found = re.search(r"(classifier|ui)/(.+)\.py", file)
        where = found.group(0) if found else "built-in functions" if file == "~" else "Python and libraries"
        rows[where] = rows.get(where, 0.0) + own
    total = sum(rows.values())
    lines = [f"| `{name}` | {own / total:.0%} |" for name, own in _largest(rows)]
    return (
        "\n## Where the time goes\nJSONL, words known, by file, time inside called files not counted (cProfile):\n\n| file | share |\n|---|---|\n"
        + "\n".join(lines)
    )


def _largest(rows: dict[str, float]) -> Iterator[tuple[str, float]]:
    yield from sorted(rows.items(), key=lambda row: -row[1])[:14]


if __name__ == "__main__":
    main()
