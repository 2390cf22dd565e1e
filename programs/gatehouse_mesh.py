#!/usr/bin/env python3
"""A client of a Gatehouse mesh gateway: one file, Python 3.8 or later, nothing to install.

    from gatehouse_mesh import connect

    mesh = connect("tcp://127.0.0.1:5001")
    data = mesh.get("GPS", 1)                       # newest value of node 1, as bytes
    mesh.subscribe("request", lambda message: message.reply(b"A"))
    mesh.send(1, b"hello")
    answer = mesh.request(1, b"are you there?")     # a message, and the node's answer
    mesh.close()

As a program it tries a gateway out: python3 gatehouse_mesh.py --help
"""

import argparse
import contextlib
import json
import os
import queue
import random
import socket
import struct
import sys
import threading
import time
import traceback
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

SYN = b"[syn]\0"
ACK = b"[ack]\0"
REQUEST = b"[REQ]"
EVERY_NODE = {1: 0x00FF, 2: 0}
"""Each generation of gateways has an address that means every node."""
THREE_CHARACTERS = {b"[D]": "data", b"[M]": "message", b"<Q>": "request"}
ONE_BYTE = {
    0x00: "custom", 0x01: "network", 0x02: "connected", 0x03: "root-reset", ord("D"): "data", ord("R"): "request",
    ord("E"): "echo", ord("A"): "ack", ord("T"): "test", ord("S"): "reset",
}
ANSWERS = ("echo", "message", "request")
FIRST_RETRY_S, LONGEST_RETRY_S = 0.5, 15.0
STEADY_S = 1.0
"""A connection that lasted so long begins the next series of waits anew."""

Payload = Union[bytes, str]
Wanted = Union[str, int]
Listener = Callable[["Message"], None]


class MeshFault(Exception):
    """code is refused (the gateway said no), no-listener, malformed, timeout, lost (no connection) or closed."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


class Message(NamedTuple):
    """A message of a node, or a value of it that was asked for."""

    type: str
    opcode: str
    address: int
    payload: bytes
    mesh: "MeshClient"

    @property
    def text(self) -> str:
        return self.payload.decode(errors="replace")

    def reply(self, payload: Payload) -> None:
        """Answers a request of the node."""
        self.mesh.reply(self.address, payload)


def connect(address: str = "tcp://127.0.0.1:5001", generation: int = 1, timeout: float = 5.0,
            on_state: Callable[[str, str], None] = lambda name, reason: None) -> "MeshClient":
    """Connects in the background, and again whenever the connection is lost."""
    host, _, port = address[len("tcp://"):].rpartition(":")
    if not address.startswith("tcp://") or not port.isdigit() or not host:
        raise ValueError(f"the address must be tcp://host:port, got {address}")
    return MeshClient(host.strip("[]"), int(port), generation, timeout, on_state)


class MeshClient:
    """Listeners are called one after the other in a thread of the client's own, where they may call it."""

    def __init__(self, host: str, port: int, generation: int, timeout: float, on_state: Callable[[str, str], None]):
        self._place, self._generation, self._timeout, self._on_state = (host, port), generation, timeout, on_state
        self._live, self._closed = threading.Event(), threading.Event()
        self._subscriptions: List[Tuple[Sequence[Wanted], Listener]] = []
        self._messages: "queue.Queue[Message]" = queue.Queue(maxsize=10_000)
        self._socket: Optional[socket.socket] = None
        self._state, self._reason, self._code = "", "", "timeout"
        self.dropped = 0
        """Messages that came faster than the listeners took them."""
        for work in (self._listen, self._tell):
            threading.Thread(target=work, daemon=True).start()

    def live(self, timeout: Optional[float] = None) -> None:
        """Waits until the gateway has acknowledged the listening connection."""
        if self._closed.is_set():
            raise MeshFault("closed", "the client was closed")
        if not self._live.wait(self._timeout if timeout is None else timeout):
            raise MeshFault(self._code, f"the gateway did not acknowledge{self._reason and ': '}{self._reason}")

    def subscribe(self, wanted: Wanted, listener: Listener, every: float = 1.0) -> Callable[[], None]:
        """Calls the listener with every message of a type ("request", "echo"; "*" is all) or opcode.

        The values of a data type ("GPS") are asked for, and told where they change. Returns unsubscribe.
        """
        subscription = ((wanted,), listener)
        self._subscriptions.append(subscription)
        stopped = threading.Event()
        if isinstance(wanted, str) and len(wanted) == 3 and wanted not in ("ack", "<Q>", "[M]", "[D]"):
            threading.Thread(target=self._poll, args=(wanted, every, stopped), daemon=True).start()

        def unsubscribe() -> None:
            stopped.set()
            if subscription in self._subscriptions:
                self._subscriptions.remove(subscription)

        return unsubscribe

    def get(self, type: Union[str, int], address: int) -> bytes:
        """The newest value of a data type of one node."""
        values = self._values(type, address)
        if not values:
            raise MeshFault("malformed", "the answer has no value")
        return next(iter(values.values()))

    def get_all(self, type: Union[str, int]) -> Dict[int, bytes]:
        """The newest values of a data type, by the nodes' addresses."""
        return self._values(type, None)

    def send(self, address: int, payload: Payload) -> None:
        """A message to a node; returns when the gateway has taken it."""
        message = to_bytes(payload)
        if self._generation == 2:
            self._ask(b"SEND-" + pack_address(address) + message)
        elif len(message) <= 255:
            self._ask(b"[CMD]SEND-" + pack_address(address) + bytes([len(message)]) + message + b"\n")
        else:
            raise ValueError(f"a message has 255 bytes at most, got {len(message)}")

    def request(self, address: int, payload: Payload, answers: Sequence[Wanted] = ANSWERS,
                timeout: Optional[float] = None, fits: Callable[[Message], bool] = lambda message: True) -> Message:
        """A message to a node, and the next message of that node which answers: of one of these types, and fitting."""
        answered: "queue.Queue[Message]" = queue.Queue()

        def heard(message: Message) -> None:
            if message.address == address and fits(message):
                answered.put(message)

        subscription = (answers, heard)
        self._subscriptions.append(subscription)
        try:
            self.send(address, payload)
            return answered.get(timeout=self._timeout if timeout is None else timeout)
        except queue.Empty:
            raise MeshFault("timeout", f"node {address} did not answer") from None
        finally:
            self._subscriptions.remove(subscription)

    def reply(self, address: int, payload: Payload) -> None:
        """Answers a request of a node; a message's own reply knows its node."""
        self._ask(REQUEST + pack_address(address) + to_bytes(payload))

    def command(self, command: Payload) -> None:
        """A command to the module as it is, such as b"NINFO\\n"."""
        self._ask((b"[CMD]" if self._generation == 1 else b"") + to_bytes(command))

    def nodes(self) -> Dict[int, bool]:
        """Whether each node is connected, by address."""
        states = json.loads(self._ask(b"NSTAT"))
        return {node: state == 1 for node, state in zip(states["node_addr_list"], states["node_status_list"])}

    def node_count(self) -> int:
        return self._ask(b"ACT-C")[0]

    def log(self, text: str) -> None:
        """A line in the traffic log of the monitoring page."""
        self._ask(b"W-LOG" + to_bytes(text))

    def robots(self, robots: Any) -> None:
        """The state of robots on the monitoring page."""
        self._ask(b"W-RBT" + to_bytes(json.dumps(robots)))

    def close(self) -> None:
        """For good."""
        self._closed.set()
        self._live.clear()
        connection = self._socket
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> "MeshClient":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    # The listening connection

    def _listen(self) -> None:
        wait = FIRST_RETRY_S
        while not self._closed.is_set():
            began = time.monotonic()
            reason = self._reason = self._hear()
            was_live = self._live.is_set()
            self._live.clear()
            if not self._closed.is_set():
                self._become("lost", reason)
            if was_live and time.monotonic() - began > STEADY_S:
                wait = FIRST_RETRY_S
            # Not all clients of a gateway come back at once.
            self._closed.wait(wait * random.random())
            wait = min(wait * 2, LONGEST_RETRY_S)

    def _become(self, state: str, reason: str) -> None:
        """Attempts that fail one after the other are one loss."""
        if state != self._state:
            self._state = state
            self._on_state(state, reason)

    def _hear(self) -> str:
        """Why the connection ended."""
        try:
            with socket.create_connection(self._place, self._timeout) as connection:
                self._socket = connection
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                connection.sendall(SYN)
                rest = self._greeted(connection)
                connection.settimeout(None)
                if self._closed.is_set():
                    return "closed"
                self._live.set()
                self._become("live", "")
                while True:
                    self._take(rest)
                    rest = connection.recv(65536)
                    if not rest:
                        return "the gateway closed the connection"
        except (OSError, MeshFault) as fault:
            self._code = "timeout" if isinstance(fault, socket.timeout) else "lost"
            return str(fault)
        finally:
            self._socket = None

    def _greeted(self, connection: socket.socket) -> bytes:
        heard = b""
        while len(heard) < len(ACK):
            chunk = connection.recv(65536)
            heard += chunk
            if not chunk or not ACK.startswith(heard[:len(ACK)]):
                raise MeshFault("lost", f"the gateway answered {heard!r}")
        return heard[len(ACK):]

    def _take(self, chunk: bytes) -> None:
        for part in split_pushes(chunk):
            push = read_push(part)
            if push is None:
                continue
            try:
                self._messages.put_nowait(Message(*push, self))
            except queue.Full:
                self.dropped += 1

    def _tell(self) -> None:
        while not self._closed.is_set():
            with contextlib.suppress(queue.Empty):
                self._tell_listeners(self._messages.get(timeout=1))

    def _tell_listeners(self, message: Message) -> None:
        for wanted, listener in list(self._subscriptions):
            if any(is_wanted(message, one) for one in wanted):
                try:
                    listener(message)
                except Exception:  # One that fails keeps no other one from hearing.
                    traceback.print_exc()

    # Requests

    def _ask(self, request: bytes) -> bytes:
        """What follows the S. Until the gateway knows a listening connection it answers nobody."""
        self.live()
        try:
            with socket.create_connection(self._place, self._timeout) as connection:
                connection.sendall(request)
                connection.shutdown(socket.SHUT_WR)
                reply = b""
                for chunk in iter(lambda: connection.recv(65536), b""):
                    reply += chunk
        except socket.timeout:
            raise MeshFault("timeout", f"no reply in {self._timeout} s") from None
        except OSError as fault:
            raise MeshFault("lost", str(fault)) from None
        return read_reply(reply)

    def _values(self, type: Union[str, int], address: Optional[int]) -> Dict[int, bytes]:
        named = bytes([type]) if isinstance(type, int) else type.encode()
        node = EVERY_NODE[self._generation] if address is None else address
        content = self._ask(b"[GET]" + pack_address(node) + named)
        if not content.startswith(named):
            raise wrong_answer(content)
        rest = content[len(named):]
        if isinstance(type, int) and address is not None:
            rest = bytes([len(rest) - 3 & 0xFF]) + rest
        return read_items(rest)

    def _poll(self, type: str, every: float, stopped: threading.Event) -> None:
        known: Dict[int, bytes] = {}
        while not stopped.is_set() and not self._closed.is_set():
            try:
                values = self.get_all(type)
            except MeshFault:
                values = {}
            for address, payload in values.items():
                if known.get(address) != payload:
                    known[address] = payload
                    self._messages.put(Message(type, "[GET]", address, payload, self))
            stopped.wait(every)


def to_bytes(payload: Payload) -> bytes:
    return payload.encode() if isinstance(payload, str) else bytes(payload)


def pack_address(address: int) -> bytes:
    if not 0 <= address <= 0xFFFF:
        raise ValueError(f"an address is 0..65535, got {address}")
    return struct.pack(">H", address)


def read_reply(reply: bytes) -> bytes:
    if reply[:1] == b"S":
        return reply[1:]
    if reply[:1] == b"F":
        text = reply[2:] if reply[1:2] == bytes([len(reply) - 2 & 0xFF]) else reply[1:]
        raise MeshFault("refused", text.decode(errors="replace"))
    code = "no-listener" if reply.startswith(b"[err]-listen_socket_disconnected") else "malformed"
    raise MeshFault(code, f"the gateway answered {reply[:80]!r}")


def read_items(content: bytes) -> Dict[int, bytes]:
    """length, count, and as many times an address and data; how wide an address is follows from the whole."""
    if len(content) < 2:
        raise wrong_answer(content)
    length, count, items = content[0], content[1], content[2:]
    width = len(items) // count if count else length + 1
    if len(items) != count * width or width not in (length + 1, length + 2):
        raise wrong_answer(content)
    parts = [items[at:at + width] for at in range(0, len(items), width)]
    return {int.from_bytes(part[:width - length], "big"): part[width - length:] for part in parts}


def wrong_answer(content: bytes) -> MeshFault:
    return MeshFault("malformed", f"the answer's lengths do not fit: {content[:40]!r}")


def split_pushes(chunk: bytes) -> List[bytes]:
    """A push has no length, and TCP may join two: where [REQ] begins the next one begins."""
    parts, start = [], 0
    at = chunk.find(REQUEST, len(REQUEST) + 2 if chunk.startswith(REQUEST) else 1)
    while at >= 0:
        parts.append(chunk[start:at])
        start, at = at, chunk.find(REQUEST, at + len(REQUEST) + 2)
    return [part for part in parts + [chunk[start:]] if part]


def read_push(part: bytes) -> Optional[Tuple[str, str, int, bytes]]:
    """Type, opcode, address and payload; None where the bytes are too few."""
    if part.startswith(REQUEST):
        return ("request", "[REQ]", struct.unpack_from("<H", part, 5)[0], part[7:]) if len(part) >= 7 else None
    size = 3 if part[2:3] in (b"[", b"<") else 1
    if len(part) < 2 + size:
        return None
    code, content = part[2:2 + size], part[2 + size:]
    type = THREE_CHARACTERS.get(code, "unknown") if size == 3 else ONE_BYTE.get(code[0], "unknown")
    payload = content[1:1 + content[0]] if code == b"[M]" and content else content
    return type, code.decode("latin-1"), struct.unpack_from(">H", part)[0], payload


def is_wanted(message: Message, wanted: Wanted) -> bool:
    if isinstance(wanted, int):
        return len(message.opcode) == 1 and ord(message.opcode) == wanted
    return wanted in ("*", message.type, message.opcode)


def read_position(data: bytes) -> Tuple[float, float]:
    """GPS as the gateway keeps it: longitude and latitude in degrees."""
    return (int.from_bytes(data[:3], "little", signed=True) / 1e4, int.from_bytes(data[3:6], "little", signed=True) / 1e4)


# The program


def round_trips(mesh: MeshClient, address: int, count: int, timeout: float) -> None:
    """Sends messages that a node answers, and says how many answers came and how fast."""
    times: List[float] = []
    for number in range(count):
        text = f"trip {number}?"
        began = time.monotonic()
        try:
            # An answer that comes too late is not the next one's.
            mesh.request(address, text, timeout=timeout, fits=lambda message: message.text == text)
            times.append((time.monotonic() - began) * 1000)
        except MeshFault as fault:
            if fault.code != "timeout":
                raise
    times.sort()
    lost = count - len(times)
    print(f"sent {count}, answered {len(times)}, lost {lost} ({100 * lost / count:.1f} %)")
    if times:
        print(f"p50 {times[len(times) // 2]:.1f} ms, p99 {times[min(len(times) - 1, len(times) * 99 // 100)]:.1f} ms")


def show(message: Message) -> None:
    print(f"{message.address:5} {message.type:10} {message.payload!r}", flush=True)


def listen(mesh: MeshClient, wanted: str, answer: Optional[str]) -> None:
    unread = threading.Event()

    def heard(message: Message) -> None:
        try:
            show(message)
        except BrokenPipeError:  # It comes in a thread that has to go on; the one that waits ends.
            unread.set()
        if answer is not None and message.type == "request":
            message.reply(answer)

    mesh.subscribe(wanted, heard)
    unread.wait()
    raise BrokenPipeError


def main() -> int:
    parser = argparse.ArgumentParser(description="Tries out the client API of a Gatehouse mesh gateway.")
    parser.add_argument("--address", default="tcp://127.0.0.1:5001", help="of the gateway, over TCP, default %(default)s")
    parser.add_argument("--generation", type=int, default=1, choices=(1, 2))
    parser.add_argument("--timeout", type=float, default=5.0, help="longest wait for a reply in seconds")
    commands = parser.add_subparsers(dest="do", required=True)
    commands.add_parser("nodes", help="the nodes, and whether they are connected")
    get = commands.add_parser("get", help="newest values of a data type")
    get.add_argument("type")
    get.add_argument("node", nargs="?", type=int)
    send = commands.add_parser("send", help="a message to a node")
    send.add_argument("node", type=int)
    send.add_argument("text")
    hear = commands.add_parser("listen", help="print what nodes say, until Ctrl-C")
    hear.add_argument("wanted", nargs="?", default="*", help="type, opcode or data type, default all messages")
    hear.add_argument("--answer", help="a text to answer requests with")
    trips = commands.add_parser("roundtrip", help="send messages that a node answers, and count")
    trips.add_argument("node", type=int)
    trips.add_argument("--count", type=int, default=100)
    given = parser.parse_args()
    try:
        with connect(given.address, given.generation, given.timeout) as mesh:
            run(mesh, given)
        sys.stdout.flush()
    except MeshFault as fault:
        print(f"{fault.code}: {fault}", file=sys.stderr)
        return 1
    except ValueError as fault:
        print(fault, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    except BrokenPipeError:  # Who reads has read enough, as head does; what is still buffered goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def run(mesh: MeshClient, given: argparse.Namespace) -> None:
    if given.do == "nodes":
        for node, connected in mesh.nodes().items():
            print(f"{node:5} {'connected' if connected else 'disconnected'}")
    elif given.do == "get":
        values = mesh.get_all(given.type) if given.node is None else {given.node: mesh.get(given.type, given.node)}
        for node, data in values.items():
            position = " %.4f, %.4f" % read_position(data) if given.type == "GPS" else ""
            print(f"{node:5} {given.type} {data.hex(' ')}{position}")
    elif given.do == "send":
        mesh.send(given.node, given.text)
    elif given.do == "listen":
        listen(mesh, given.wanted, given.answer)
    else:
        round_trips(mesh, given.node, given.count, given.timeout)


if __name__ == "__main__":
    sys.exit(main())
