"""Generated adverts in both languages, with a long tail of words, so that speed is measured on more than the corpus."""

import random
from collections.abc import Iterator

N_LABELS = 12
_RISKY = {
    "en": [
        ("cures {ill} in {n} days", "reverses {ill} without medicine"), ("doctor recommended", "dermatologists hate this trick"),
        ("money back guaranteed results", "100% effective for everyone"), ("lose {n} kg in {n} days", "melts belly fat overnight"),
        ("no side effects", "completely safe for children"), ("ancient secret revealed", "a miracle formula"),
        ("only {n} left", "ends tonight, order now"), ("number one in {place}", "the best {thing} in the world"),
        ("approved by the ministry of health", "clinically proven by scientists"), ("carbon neutral", "100% eco friendly"),
        ("my {ill} is gone after {n} weeks", "over {big} happy customers"), ("better than any other {thing}", "replaces your prescription"),
    ],
    "vi": [
        ("chữa dứt điểm {ill} sau {n} ngày", "đẩy lùi {ill} không cần thuốc"), ("bác sĩ khuyên dùng", "chuyên gia da liễu tin dùng"),
        ("cam kết khỏi 100%", "không hiệu quả hoàn tiền"), ("giảm {n} kg trong {n} ngày", "đánh tan mỡ bụng sau một đêm"),
        ("không tác dụng phụ", "an toàn tuyệt đối cho trẻ nhỏ"), ("bí quyết gia truyền", "công thức thần kỳ"),
        ("chỉ còn {n} suất", "hết hôm nay thôi, đặt ngay"), ("số 1 {place}", "{thing} tốt nhất thị trường"),
        ("được bộ y tế chứng nhận", "khoa học chứng minh hiệu quả"), ("trung hòa carbon", "thân thiện môi trường 100%"),
        ("mình hết {ill} sau {n} tuần", "hơn {big} khách hàng hài lòng"), ("hơn hẳn mọi loại {thing} khác", "không cần uống thuốc tây nữa"),
    ],
}  # fmt: skip
_PLAIN = {
    "en": ["free delivery over {big}", "available in {n} colours", "made of soft cotton", "visit us in {place}", "results may vary",
           "not a medicine", "a {thing} for every day", "returns within {n} days", "helps keep skin hydrated", "store below {n} degrees"],
    "vi": ["miễn phí giao hàng từ {big}", "có {n} màu để chọn", "chất liệu cotton mềm", "ghé cửa hàng tại {place}", "hiệu quả tùy cơ địa",
           "sản phẩm này không phải là thuốc", "{thing} dùng mỗi ngày", "đổi trả trong {n} ngày", "giúp da mềm mại", "bảo quản dưới {n} độ"],
}  # fmt: skip
_FILL = {
    "en": {"ill": "diabetes,arthritis,acne,insomnia,migraine,gout,eczema", "thing": "serum,tea,pillow,lamp,cream,capsule,jacket",
           "place": "London,Texas,Seoul,Berlin,Hanoi"},
    "vi": {"ill": "tiểu đường,viêm khớp,mụn,mất ngủ,đau đầu,gút,viêm xoang", "thing": "serum,trà,gối,đèn,kem dưỡng,viên uống,áo khoác",
           "place": "Hà Nội,Sài Gòn,Huế,Đà Nẵng,Hàn Quốc"},
}  # fmt: skip
_FREQUENT = {
    "en": "the and for with your our this new now one get home day skin body care water food soft light easy simple clean fresh".split(),
    "vi": "và của cho với bạn này mới ngay một nhà ngày da cơ thể chăm sóc nước ăn mềm nhẹ dễ dàng sạch tươi thơm".split(),
}
_SOUNDS = {"en": ("b,c,d,f,g,h,l,m,n,p,r,s,t,v,st,pr", "a,e,i,o,u,ea,io", ",n,r,s,x,l,th"),
           "vi": ("b,c,ch,d,đ,h,kh,l,m,n,ng,ph,t,th,tr,v", "a,á,à,ả,ê,ế,ô,ộ,ơ,ư,iê,uyê", ",n,ng,nh,t,c,m")}  # fmt: skip
_ENDS = [". "] * 4 + ["! "] * 2 + [", ", " ✅ ", " 🔥 ", "\n", " - "]


def generate(n: int, seed: int) -> Iterator[tuple[str, list[int]]]:
    """Give ``n`` adverts of 5 to 120 words, each with the columns of the labels it was made to show."""
    draw = random.Random(seed)
    tail = {tongue: [_word(draw, tongue) for _ in range(30_000)] for tongue in _SOUNDS}
    for _ in range(n):
        tongue = "vi" if draw.random() < 0.45 else "en"
        wanted, is_risky = min(120, max(5, int(draw.lognormvariate(3.3, 0.75)))), draw.random() < 0.5
        text, labels = "", set()
        while len(text.split()) < wanted:
            piece, label = _piece(draw, tongue, is_risky, tail[tongue])
            labels |= label
            text += (piece.capitalize() if draw.random() < 0.3 else piece) + draw.choice(_ENDS)
        yield text.strip(), sorted(labels)


def unheard(n: int, seed: int) -> list[str]:
    """Give texts of which every word is new."""
    draw = random.Random(seed)
    return [" ".join(_word(draw, "en") + _word(draw, "en") + _word(draw, "en") for _ in range(37)) for _ in range(n)]


def _piece(draw: random.Random, tongue: str, is_risky: bool, tail: list[str]) -> tuple[str, set[int]]:
    kind = draw.random()
    if is_risky and kind < 0.3:
        label = draw.randrange(N_LABELS)
        return _filled(draw, tongue, draw.choice(_RISKY[tongue][label])), {label}
    if kind < 0.6:
        return _filled(draw, tongue, draw.choice(_PLAIN[tongue])), set()
    words = [draw.choice(_FREQUENT[tongue]) if draw.random() < 0.7 else _from_tail(draw, tail) for _ in range(draw.randrange(3, 14))]
    return " ".join(words), set()


def _from_tail(draw: random.Random, tail: list[str]) -> str:
    return tail[int(len(tail) ** draw.random()) - 1]


def _filled(draw: random.Random, tongue: str, template: str) -> str:
    named = {name: draw.choice(words.split(",")) for name, words in _FILL[tongue].items()}
    return template.format(n=draw.choice((2, 3, 5, 7, 10, 14, 30)), big=draw.randrange(100, 9_000), **named)


def _word(draw: random.Random, tongue: str) -> str:
    begin, middle, end = (sounds.split(",") for sounds in _SOUNDS[tongue])
    syllables = 1 if tongue == "vi" else draw.choice((1, 2, 2, 3))
    return "".join(draw.choice(begin) + draw.choice(middle) + draw.choice(end) for _ in range(syllables))
