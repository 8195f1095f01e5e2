#!/usr/bin/env python3
"""Check a case dossier offline. One file, Python's standard library only, no database, no network.

    python3 check_dossier.py DOSSIER.json|DOSSIER.html [--key PUBLIC_KEY_HEX]

What holds afterwards: every step in the dossier stands, unchanged and in this order, in the history whose checkpoint the
named key signed; every text in it is the text the history holds a commitment to; the reasons shown are the reasons of the
assessment; nothing in the file was changed since it was made. What does not follow: that the key is the operator's (compare
its fingerprint with a notice or another dossier), and that the reviewer read what was on the screen.
"""

import argparse
import base64
import hashlib
import hmac
import html
import json
import sys
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, List, Optional, Set, Tuple

Point = Tuple[int, int, int, int]

FORMAT = "adcheck dossier 1"
ORIGIN = "adcheck"
DASH = "\u2014"
BEFORE, AFTER = '<script type="application/json" id="dossier">', "</script>"


class Rejected(Exception):
    """The dossier does not hold."""


def canonical(value: Any) -> bytes:
    """Give canonical JSON: sorted keys, no blanks, UTF-8, no NaN."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("utf-8", "surrogatepass")


def sha(raw: bytes) -> str:
    """Give SHA-256 in hexadecimal."""
    return hashlib.sha256(raw).hexdigest()


def check(raw: bytes, key: Optional[str] = None) -> Tuple[Any, bytes]:
    """Check the bytes of a dossier; give it, and the public key its checkpoint is signed with.

    Raises
    ------
    Rejected
        With the first thing that does not hold.
    """
    dossier = read(raw)
    need(dossier.get("format") == FORMAT, "format")
    need(sha(canonical({k: v for k, v in dossier.items() if k != "digest"})) == dossier.get("digest"), "digest of the file")
    public = bytes.fromhex(dossier["public_key"])
    need(key is None or public.hex() == key.lower(), "the key is not the one given")
    size, root = open_checkpoint(dossier["checkpoint"], public)
    for text in dossier["texts"]:
        check_text(text)
    last = 0
    for step in dossier["steps"]:
        check_step(step, size, root)
        need(step["event"]["sequence"] > last, "order of the steps")
        last = step["event"]["sequence"]
    check_case(dossier, {text["commitment"] for text in dossier["texts"]})
    return dossier, public


def read(raw: bytes) -> Any:
    """Read JSON, or HTML that shows exactly the JSON in it."""
    text = raw.decode("utf-8")
    if text.lstrip().startswith("{"):
        dossier = json.loads(text)
        need(text == canonical(dossier).decode("utf-8") + "\n", "form of the JSON")
        return dossier
    need(text.count(BEFORE) == 1, "form of the HTML")
    inner = text.split(BEFORE)[1].split(AFTER)[0]
    dossier = json.loads(inner)
    need(text == render(dossier), "what the HTML shows")
    return dossier


def need(holds: object, what: str) -> None:
    """Refuse when something does not hold."""
    if not holds:
        raise Rejected(what)


def check_text(text: Any) -> None:
    """Check a text against its commitment; an erased one has none to check."""
    if text["body"] is None:
        need(text["salt"] is None, "erased text")
        return
    body = base64.b64decode(text["body"], validate=True)
    salt = bytes.fromhex(text["salt"])
    need(hmac.new(salt, body, hashlib.sha256).hexdigest() == text["commitment"], "text of commitment " + text["commitment"][:12])


def check_step(step: Any, size: int, root: bytes) -> None:
    """Check one step: row, event, and the event's place under the signed root."""
    event, row = step["event"], step["row"]
    body = json.loads(event["body"])
    need(sha(canonical(row)) == body["row"] and body["id"] == row["id"], "row of event %s" % event["sequence"])
    need(sha(canonical({k: v for k, v in event.items() if k != "digest"})) == event["digest"], "event %s" % event["sequence"])
    proof = [bytes.fromhex(part) for part in step["proof"]]
    found = root_of(bytes.fromhex(event["digest"]), event["sequence"] - 1, size, proof)
    need(found == root, "place of event %s in the history" % event["sequence"])


def root_of(leaf: bytes, position: int, size: int, proof: List[bytes]) -> bytes:
    """Give the root a proof of inclusion leads to (RFC 6962)."""
    need(0 <= position < size, "an event after the checkpoint")
    node, last = hashlib.sha256(b"\x00" + leaf).digest(), size - 1
    for part in proof:
        need(last > 0, "length of a proof")
        if position & 1 or position == last:
            node = hashlib.sha256(b"\x01" + part + node).digest()
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\x01" + node + part).digest()
        position, last = position >> 1, last >> 1
    need(last == 0, "length of a proof")
    return node


def check_case(dossier: Any, texts: Set[str]) -> None:
    """Check that rows belong together: every text is one a row names; reasons shown are those of the receipt; decisions rest on receipts."""
    rows: Dict[str, Dict[int, Any]] = {}
    for step in dossier["steps"]:
        rows.setdefault(json.loads(step["event"]["body"])["table"], {})[step["row"]["id"]] = step["row"]
    named = {value for table in rows.values() for row in table.values() for value in row.values() if isinstance(value, str)}
    need(texts <= named, "a text no row names")
    for receipt in rows.get("receipt", {}).values():
        reasons = dossier["reasons"].get(receipt["reasons_digest"])
        need(reasons is None or sha(canonical(reasons)) == receipt["reasons_digest"], "reasons shown")
    need(set(dossier["reasons"]) <= {receipt["reasons_digest"] for receipt in rows.get("receipt", {}).values()}, "reasons nobody was shown")
    for decision in rows.get("decision", {}).values():
        receipt = rows["receipt"][decision["receipt_id"]]
        view, score = rows["first_view"][decision["first_view_id"]], rows["score_view"][decision["score_view_id"]]
        need(receipt["reviewer_id"] == decision["reviewer_id"] and view["receipt_id"] == receipt["id"], "reviewer of the decision")
        need(receipt["shown_at"] <= view["recorded_at"] <= score["shown_at"] <= decision["decided_at"], "order of the steps in time")
        need(receipt["ready_at"] <= decision["decided_at"] <= receipt["stale_at"], "time the reasons were on the screen")
    for case in rows.get("review_case", {}).values():
        need(case["id"] == dossier["case_id"], "case")


def open_checkpoint(note: str, public: bytes) -> Tuple[int, bytes]:
    """Check a checkpoint's form and signature; give its size and root."""
    text, line = note.split("\n\n")
    origin, size, root = text.split("\n")
    signed = base64.b64decode(line.rstrip("\n").split(" ")[2], validate=True)
    form = "%s\n%d\n%s\n" % (ORIGIN, int(size), base64.b64encode(base64.b64decode(root, validate=True)).decode())
    need(note == "%s\n%s %s %s\n" % (form, DASH, ORIGIN, base64.b64encode(signed).decode()) and origin == ORIGIN, "form of the checkpoint")
    need(signed[:4] == hashlib.sha256(ORIGIN.encode() + b"\n\x01" + public).digest()[:4], "name of the key")
    need(ed25519(public, signed[4:], form.encode()), "signature of the checkpoint")
    return int(size), base64.b64decode(root)


# Ed25519 as RFC 8032 gives it: verification only.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def add(a: Point, b: Point) -> Point:
    """Add two points in extended coordinates."""
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n: int, a: Point) -> Point:
    """Multiply a point."""
    found = (0, 1, 1, 0)
    while n:
        if n & 1:
            found = add(found, a)
        a, n = add(a, a), n >> 1
    return found


def point(raw: bytes) -> Optional[Point]:
    """Read a point; None when it is none."""
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * SQRT_M1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


_BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
_BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % P)


def ed25519(public: bytes, signature: bytes, message: bytes) -> bool:
    """Say whether a signature is right."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r, s = point(public), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = times(s, BASE), add(r, times(h, a))
    return not (left[0] * right[2] - right[0] * left[2]) % P and not (left[1] * right[2] - right[1] * left[2]) % P


# The readable view. It is part of the check: the HTML of a dossier must be exactly this.
LABELS = {
    "review_case": "Hồ sơ được mở · Case opened", "assessment": "Máy đánh giá · Assessed by the machine", "task": "Yêu cầu quyết định · Decision asked for",
    "claim": "Nhận hồ sơ · Case taken", "claim_end": "Trả hồ sơ · Case let go", "receipt": "Lý do được hiển thị · Reasons shown",
    "first_view": "Ý kiến ban đầu · First view", "score_view": "Điểm được hiển thị · Score shown", "decision": "Quyết định · Decision",
    "appeal": "Khiếu nại · Appeal", "evidence": "Bằng chứng · Evidence", "paper": "Văn bản đã ký · Paper signed", "golden": "Hồ sơ mẫu · Known answer",
}  # fmt: skip
NOTE = (
    "Mỗi bước bên dưới là một dòng của nhật ký chỉ ghi thêm; mã băm của từng bước nằm trong cây Merkle có chữ ký. "
    "Kiểm tra ngoại tuyến bằng check_dossier.py. · Each step below is a row of a record that is only added to; its digest stands in a signed "
    "Merkle tree. Check offline with check_dossier.py. It proves what was shown and recorded, and when; not that it was read."
)


def render(dossier: Any) -> str:
    """Give the dossier as one HTML page with the JSON inside."""
    texts = {text["commitment"]: text for text in dossier["texts"]}
    body = "".join(render_step(step, texts) for step in dossier["steps"])
    inner = canonical(dossier).decode("utf-8", "surrogatepass").replace("<", "\\u003c")
    title = "Hồ sơ · Case %d" % dossier["case_id"]
    style = "body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}td,th{text-align:left;vertical-align:top;padding:.1em 1em .1em 0}pre{white-space:pre-wrap;background:#f4f4f4;padding:.5em}"
    return (
        '<!doctype html>\n<html lang="vi">\n<meta charset="utf-8">\n<title>%s</title>\n<style>%s</style>\n<h1>%s</h1>\n<p>%s</p>\n%s<h2>Checkpoint</h2>\n<pre>%s</pre>\n<p>%s</p>\n%s%s%s\n</html>\n'
        % (title, style, title, NOTE, body, html.escape(dossier["checkpoint"]), html.escape(dossier["public_key"]), BEFORE, inner, AFTER)
    )


def render_step(step: Any, texts: Dict[str, Any]) -> str:
    """Give one step as a heading and a table."""
    event, table = step["event"], json.loads(step["event"]["body"])["table"]
    cells = "".join(
        "<tr><th>%s</th><td>%s</td></tr>\n" % (html.escape(name), render_cell(name, value, texts))
        for name, value in sorted(step["row"].items())
    )
    head = "%d · %s · %s" % (event["sequence"], instant(event["at"]), LABELS.get(table, table))
    return "<h2>%s</h2>\n<table>\n%s</table>\n" % (html.escape(head), cells)


def render_cell(name: str, value: Any, texts: Dict[str, Any]) -> str:
    """Give one value: instants as dates, commitments as the texts they stand for."""
    if isinstance(value, int) and (name.endswith("_at") or name == "until"):
        return instant(value)
    if value in texts:
        body = texts[value]["body"]
        shown = "[đã xóa theo lệnh · erased by order]" if body is None else visible(base64.b64decode(body).decode("utf-8", "replace"))
        return "<pre>%s</pre>" % html.escape(shown)
    return html.escape(visible(str(value)))


def visible(text: str) -> str:
    """Give a text with its invisible and direction-changing characters made visible."""
    return "".join(c if c == "\n" or c.isprintable() else "[U+%04X]" % ord(c) for c in text)


def instant(microseconds: int) -> str:
    """Give an instant as UTC text."""
    return (datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=microseconds)).strftime("%Y-%m-%d %H:%M:%S.%f UTC")


def main() -> int:
    """Check the dossier named on the command line; exit with 0 when it holds, else 1."""
    asked = argparse.ArgumentParser(description="Check a case dossier offline.")
    asked.add_argument("dossier")
    asked.add_argument("--key", help="public key in hexadecimal, as printed on a notice")
    named = asked.parse_args()
    try:
        with open(named.dossier, "rb") as file:
            dossier, public = check(file.read(), named.key)
    except Rejected as error:
        print("REJECTED: %s" % error)
        return 1
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OverflowError, OSError) as error:
        print("REJECTED: not a dossier (%s)" % type(error).__name__)
        return 1
    decisions = [step["row"]["outcome"] for step in dossier["steps"] if '"table":"decision"' in step["event"]["body"]]
    print("HOLDS: case %d, %d steps, decisions: %s" % (dossier["case_id"], len(dossier["steps"]), ", ".join(decisions) or "none"))
    print("checkpoint key %s" % public.hex())
    return 0


if __name__ == "__main__":
    sys.exit(main())
