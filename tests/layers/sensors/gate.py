"""A TCP gate before PostgreSQL: closed, the database is away for those who come through it, in mid-sentence too."""

import contextlib
import socket
import threading


class Gate:
    def __init__(self, host: str, port: int) -> None:
        self.behind = (host, port)
        self.open_ones: list[socket.socket] = []
        self.listener: socket.socket | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.open()

    def open(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def close(self) -> None:
        """Refuse who comes and cut off who is there."""
        assert self.listener is not None
        _cut(self.listener)
        ones, self.open_ones = self.open_ones, []
        for one in ones:
            _cut(one)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            far = socket.create_connection(self.behind)
            self.open_ones += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=_pass_on, args=(one, other), daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    _cut(one)
    _cut(other)


def _cut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
