"""A pack of many rules, to see what matching costs when there are a thousand of them."""

import random
from collections.abc import Sequence
from dataclasses import replace

from classifier.law.rules import RulePack


def stress_pack(shipped: RulePack, texts: Sequence[str], n: int) -> RulePack:
    """Give a pack of ``n`` rules of one to three phrases, two to four words each: one phrase in three stands in the texts."""
    draw = random.Random(11)
    words = sorted({word for text in texts for word in text.lower().split() if word.isalpha()})
    spoken = [text.lower().split() for text in texts]

    def phrase() -> str:
        length = draw.randrange(2, 5)
        said = draw.choice(spoken)
        begin = draw.randrange(max(1, len(said) - length))
        run = [word for word in said[begin : begin + length] if word.isalpha()]
        return " ".join(run) if len(run) > 1 and draw.random() < 0.33 else " ".join(draw.choice(words) for _ in range(length))

    rule = next(rule for rule in shipped.active.values() if not rule.needs_product)
    rules = tuple(
        replace(rule, rule_id=f"stress.{i}", terms=tuple(phrase() for _ in range(draw.randrange(1, 4))), near=(), unless=())
        for i in range(n)
    )
    return RulePack("stress", "1", rules, b"")
