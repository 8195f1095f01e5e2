"""Messages made by hand, past every page: nothing in the record changes."""

import itertools
import socket

import websockets.sync.client
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from browser.conftest import CURES

COUNTED = ("first_view", "score_view", "decision", "claim_end", "appeal", "paper", "setting", "stop", "role_change")


class Session:
    """A session without a browser."""

    def __init__(self, address: str) -> None:
        host = address.removeprefix("http://")
        self.socket = websockets.sync.client.connect(
            f"ws://{host}/_stcore/stream", origin=address, subprotocols=["streamlit"], max_size=None
        )

    def send(self, query: str, page: str, **values: object) -> dict[str, str]:
        """Send a rerun with values for widgets by id; give the ids of the widgets now on the page, by label."""
        message = BackMsg()
        message.rerun_script.query_string, message.rerun_script.page_name = query, page
        for widget, value in values.items():
            state = message.rerun_script.widget_states.widgets.add(id=widget)
            if isinstance(value, bool):
                state.trigger_value = value
            elif isinstance(value, int):
                state.int_value = value
            else:
                state.string_value = str(value)
        self.socket.send(message.SerializeToString())
        return self._read()

    def _read(self) -> dict[str, str]:
        found: dict[str, str] = {}
        while True:
            got = ForwardMsg()
            got.ParseFromString(self.socket.recv(timeout=30))
            kind = got.WhichOneof("type")
            if kind == "delta":
                element = got.delta.new_element
                named = element.WhichOneof("type")
                widget = getattr(element, named) if named else None
                if hasattr(widget, "id") and hasattr(widget, "label") and widget.id:
                    found[widget.label] = widget.id
            if kind == "script_finished":
                return found


def _handshake(port: int, *headers: str) -> int:
    """Ask for a connection with these headers by hand; give the status of the answer."""
    asked = ["GET /_stcore/stream HTTP/1.1", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
    asked += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: streamlit", *headers]
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(("\r\n".join(asked) + "\r\n\r\n").encode())
        return int(line.recv(4096).split()[1])


def test_twelve_handshakes(console) -> None:
    """T3.1: only a page of this console opens a connection; strangers, other ports, turned names and no origin are turned away."""
    port = int(console.address.rsplit(":", 1)[1])
    host, own = f"Host: 127.0.0.1:{port}", f"Origin: http://127.0.0.1:{port}"
    assert _handshake(port, host, own) == 101
    strange = [
        (host,),
        (host, "Origin: null"),
        (host, "Origin: http://evil.invalid"),
        (host, f"Origin: http://127.0.0.1.evil.invalid:{port}"),
        (host, f"Origin: http://127.0.0.1:{port + 1}"),
        (f"Host: evil.invalid:{port}", f"Origin: http://evil.invalid:{port}"),
        (host, f"Origin: ftp://127.0.0.1:{port}"),
        (host, f"Host: evil.invalid:{port}", own),
        (host, f"Origin: HTTP://LOCALHOST:{port}"),
        (host, f"Origin: http://[::1]:{port}"),
        (host, "Origin: "),
    ]
    answers = [_handshake(port, *headers) for headers in strange]
    assert len(answers) == 11 and all(400 <= answer < 500 for answer in answers), answers


def test_sixty_forged_messages_change_nothing(console) -> None:
    """Disabled and absent buttons, values out of their lists or too long, ids of other sessions, and the same again: no row is added."""
    (case_id,) = console.add(CURES[1], source="forged")
    query = f"case={case_id}&lang=en"

    def counts() -> list[object]:
        return [console.scalar(f"SELECT count(*) FROM {table}") for table in COUNTED]

    session = Session(console.address)
    widgets = session.send("lang=en", "")
    opened = session.send(query, "case", **{widgets["Your name"]: "Mallory"})
    assert any("Record my view" in label for label in opened) and "Record the decision" not in opened
    before = counts()  # the case is open, so its person is entered
    keep = next(widget for label, widget in opened.items() if "Record my view" in label)
    absent = [keep.replace("keep", name) for name in ("FormSubmitter:decision", "sign", "skip now", "queue batch", "verify")]
    forged = [
        {keep: True},
        {widgets["Take the next case"]: True},
        *({widget: True} for widget in absent),
        {opened["Your name"]: "x" * 5_000},
        {"outcome": "approved", "first_view": "misleading"},
        {"$$ID-0-decision": True},
        {"$$GENERATED-work": "not_misleading", keep: True},
        {widgets["Search in the words of the ads (with or without diacritics)"]: "' OR 1=1; DROP TABLE decision; --"},
    ]
    for _, message in zip(range(60), itertools.cycle(forged), strict=False):
        session.send(query, "case", **message)
    assert counts() == before
