"""What the model weighed, as a person reads it: words that belong together as one, small words together. It adds up exactly."""

from dataclasses import dataclass

from classifier.domain import ClaimAssessment, Contribution, Span
from classifier.reading.folding import fold
from classifier.reading.lexicon import load_lexicon
from classifier.reading.words import read_words

_LEAST_SHARE = 0.05
_MOST_NAMED = 5
_SMALL_WORDS = """
a an and as at be but by for from has have he her his i if in into is it its me my of on or our out she so than that the their
them then there these they this those to up us was we were which who will with you your are do does am can just now all
ai anh ấy ạ bạn bị các cái cho chị chỉ có còn của cũng cứ đã đang đây để đến đều do đó được em gì hay họ khi là lại lên lúc luôn mà mình
mỗi một này nên nếu ngay nhé như những nó nữa ở ra rất rồi sau sẽ sự tại thì theo thế tôi trên trong từ tự và vào vẫn vậy về với vì
"""
"""Words that say nothing of a product by themselves. What they carry is the model's habit, and is told together."""
_SMALL = frozenset(_SMALL_WORDS.split())
_SMALL_FOLDED = _SMALL | frozenset(map(fold, _SMALL))


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedWords:
    """The words of a claim by weight: those that raised its risk and those that lowered it, strongest first.

    ``others`` is what all words not named carry together, so that ``raising``, ``lowering`` and ``others`` add up to what the words
    of the claim carry.
    """

    raising: tuple[Contribution, ...]
    lowering: tuple[Contribution, ...]
    others: float


def weighed_words(claim: ClaimAssessment) -> WeighedWords:
    """Give the words to name on either side, and what the others carry.

    Named are at most five a side that carry more than a twentieth of all weight and are not small words only.
    """
    units = phrase_units(claim)
    least = _LEAST_SHARE * sum(abs(unit.value) for unit in units)
    is_unmarked = read_words(claim.claim.text).unmarked
    telling = [unit for unit in units if abs(unit.value) > least and not _is_small(_words_of(unit, claim), is_unmarked)]
    telling.sort(key=lambda unit: -abs(unit.value))
    raising = tuple(unit for unit in telling if unit.value > 0)[:_MOST_NAMED]
    lowering = tuple(unit for unit in telling if unit.value < 0)[:_MOST_NAMED]
    others = sum(c.value for c in claim.explanation.contributions) - sum(unit.value for unit in (*raising, *lowering))
    return WeighedWords(raising=raising, lowering=lowering, others=others)


def phrase_units(claim: ClaimAssessment) -> tuple[Contribution, ...]:
    """Give the weight of a claim's words with the words of a phrase taken together, so that none is cut in half.

    A phrase is what a rule met or a word list holds; of phrases that overlap the longest counts, then the first.
    """
    words = list(claim.explanation.contributions)
    units: list[Contribution] = []
    phrases = _phrases(claim)
    while words:
        phrase = next((p for p in phrases if p.start <= words[0].span.start and words[0].span.end <= p.end), None)
        inside = [word for word in words if phrase and word.span.end <= phrase.end] or words[:1]
        units.append(Contribution(span=Span(inside[0].span.start, inside[-1].span.end), value=sum(word.value for word in inside)))
        words = words[len(inside) :]
    return tuple(units)


def small_words_apart(words: list[str], *, is_unmarked: bool = False) -> tuple[list[str], int]:
    """Give the words that say something by themselves, and how many small ones stood among them."""
    telling = [word for word in words if not _is_small(word, is_unmarked)]
    return telling, len(words) - len(telling)


def _is_small(words: str, is_unmarked: bool) -> bool:
    """Say whether words say nothing of a product by themselves; of Vietnamese without diacritics, told without them."""
    small = _SMALL_FOLDED if is_unmarked else _SMALL
    return all(word in small for word in words.lower().split())


def _words_of(unit: Contribution, claim: ClaimAssessment) -> str:
    start = claim.claim.span.start
    return Span(unit.span.start - start, unit.span.end - start).of(claim.claim.text)


def _phrases(claim: ClaimAssessment) -> list[Span]:
    """Give the phrases of a claim that do not overlap, in the order of the text."""
    reading, start = read_words(claim.claim.text), claim.claim.span.start
    met = [span for finding in claim.findings for span in finding.spans]
    found = (reading.span(match.first, match.last) for match in load_lexicon().find(reading))
    listed = [Span(span.start + start, span.end + start) for span in found]
    kept: list[Span] = []
    for span in sorted({*met, *listed}, key=lambda one: (one.start - one.end, one.start)):
        if not any(span.overlaps(other) for other in kept):
            kept.append(span)
    return sorted(kept)
