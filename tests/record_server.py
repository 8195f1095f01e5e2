"""A PostgreSQL server of the tests' own, that may be killed; and a wire to one that may be cut.

python record_server.py starts one, says its address, and stops it when its standard input ends.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

BINARIES = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), Path("/usr/bin"))


def can_serve() -> bool:
    """Say whether a server of our own can be started here."""
    return (BINARIES / "initdb").exists() and (os.getuid() != 0 or "postgres" in {user.pw_name for user in pwd.getpwall()})


class OwnServer:
    """A server in a folder of its own, on this machine only; settings are given as PostgreSQL's own `-c`."""

    def __init__(self, settings: str = "") -> None:
        self._settings = settings
        self._outer = tempfile.TemporaryDirectory(prefix="adcheck-server-", ignore_cleanup_errors=True)
        self.folder, self.port = Path(self._outer.name) / "data", free_port()
        self._as = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> "OwnServer":
        self.folder.mkdir()
        if self._as:
            self.folder.parent.chmod(0o755)
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8", "-D", str(self.folder))
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "stop", "-m", "immediate", "-D", str(self.folder), check=False)
        self._outer.cleanup()

    def start(self) -> None:
        """Start the server, after a crash with its recovery, and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c ssl=off {self._settings}"
        self._run("pg_ctl", "start", "-w", "-t", "60", "-l", str(self.folder / "log"), "-o", options, "-D", str(self.folder))

    def kill(self) -> None:
        """Kill every process of the server at once, as when the machine dies but the disk does not."""
        first = int((self.folder / "postmaster.pid").read_text().splitlines()[0])
        own = [first, *map(int, Path(f"/proc/{first}/task/{first}/children").read_text().split())]
        os.kill(first, signal.SIGSTOP)
        for process in own:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue
        began = time.monotonic()
        while any(Path(f"/proc/{process}/stat").exists() for process in own[1:]) and time.monotonic() - began < 10:
            time.sleep(0.01)

    def _run(self, program: str, *args: str, check: bool = True) -> None:
        subprocess.run([*self._as, str(BINARIES / program), *args], check=check, capture_output=True, cwd="/")


class Wire:
    """A wire to a server that is cut at a commit: before it gets through, or after it did and before the answer comes back."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self.cut_at, self.gets_through, self.n_cut = 0, True, 0
        self._n_commits = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def arm(self, commit: int, *, gets_through: bool) -> None:
        """Cut at the commit of this number from now on."""
        self._n_commits, self.cut_at, self.gets_through = 0, commit, gets_through

    def close(self) -> None:
        """Let nobody in any more."""
        self._door.close()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client, socket.create_connection(self._server)), daemon=True).start()

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        back = threading.Thread(target=self._back, args=(client, server), daemon=True)
        back.start()
        try:
            while sent := client.recv(65_536):
                if b"COMMIT" in sent and self._is_cut():
                    if self.gets_through:
                        self._mute.add(client.fileno())
                        server.sendall(sent)
                        time.sleep(0.05)
                    break
                server.sendall(sent)
        except OSError:
            pass
        for end in (client, server):
            _shut(end)

    _mute: set[int] = set()  # noqa: RUF012 (the ends whose answers are swallowed)

    def _back(self, client: socket.socket, server: socket.socket) -> None:
        number = client.fileno()
        self._mute.discard(number)
        try:
            while answer := server.recv(65_536):
                if number in self._mute:
                    continue
                client.sendall(answer)
        except OSError:
            pass
        _shut(client)

    def _is_cut(self) -> bool:
        self._n_commits += 1
        if self._n_commits == self.cut_at:
            self.n_cut += 1
            return True
        return False


def _shut(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


def free_port() -> int:
    """Give a port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


if __name__ == "__main__":
    with OwnServer() as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        sys.stdin.read()
