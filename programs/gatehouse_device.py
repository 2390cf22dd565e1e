#!/usr/bin/env python3
"""A device of a Gatehouse: one file, Python 3.8 or later, nothing to install.

    from gatehouse_device import Device

    station = Device("tcp://127.0.0.1:8081", "weather-1", on_message=print)
    station.write({"temperature": 21, "humidity": 40})
    station.close()

What `write` took stays in a queue until the server has it safe. The device connects in the background, comes back by
itself, and sends again, in order, what was not acknowledged. The on_… functions are called on its thread, one at a time.

As a program it is a weather station: python3 gatehouse_device.py --help
"""

import argparse
import collections
import json
import math
import random
import selectors
import socket
import sys
import threading
import time
import traceback
from typing import Any, Callable, Deque, Dict, List, Optional, Tuple, Union

WINDOW = 64
"""Messages that are sent and not yet acknowledged at a time."""
MAX_BYTES = 65536
"""Longest line that a Gatehouse takes."""
MAX_LINE = 1 << 20
MAX_DEPTH = 32
FORBIDDEN = ("__proto__", "constructor", "prototype")
FIRST_WAIT_S, STEADY_S = 0.5, 10.0

Message = Dict[str, Any]


class Device:
    def __init__(self, address: str = "tcp://127.0.0.1:8081", id: Union[str, int] = "", token: Optional[str] = None,
                 on_message: Callable[[Message], Any] = lambda message: None,
                 on_connected: Callable[[Any], Any] = lambda id: None,
                 on_disconnected: Callable[[str], Any] = lambda reason: None,
                 on_failed: Callable[[str], Any] = lambda reason: None,
                 on_refused: Callable[[str, Any], Any] = lambda reason, message: None,
                 capacity: int = 1000, patience: float = 15.0, longest_wait: float = 60.0):
        """Without an id the device is given one. `patience` is the longest wait for an answer, in seconds."""
        host, _, port = address[len("tcp://"):].rpartition(":")
        if not address.startswith("tcp://") or not port.isdigit() or not host:
            raise ValueError(f"the address must be tcp://host:port, got {address}")
        self.on_message, self.on_connected, self.on_disconnected = on_message, on_connected, on_disconnected
        self.on_failed, self.on_refused = on_failed, on_refused
        self._place = (host.strip("[]"), int(port))
        self._id, self._token = id, token
        self._capacity, self._patience, self._longest_wait = capacity, patience, longest_wait
        self._lock = threading.Lock()
        self._waiting: Deque[str] = collections.deque()
        self._sent: "collections.OrderedDict[int, str]" = collections.OrderedDict()
        self._last_id = 0
        self._last_seen = 0
        self._connected = False
        self._closed = threading.Event()
        self._wake, self._woken = socket.socketpair()
        for end in (self._wake, self._woken):
            end.setblocking(False)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def connected(self) -> bool:
        return self._connected

    @property
    def held(self) -> int:
        """Messages that are not acknowledged."""
        return len(self._waiting) + len(self._sent)

    def write(self, message: Message) -> bool:
        """Never raises, never waits: true where the message is in the queue. Else `on_refused` is told why."""
        reason, text = self._refusal(message)
        with self._lock:
            if not reason and self._closed.is_set():
                reason = "closed"
            if not reason and self.held >= self._capacity:
                reason = "full"
            if not reason:
                self._waiting.append(text)
        if reason:
            self._tell(self.on_refused, reason, message)
        else:
            self._rouse()
        return not reason

    def close(self) -> None:
        """For good; what is in the queue is lost."""
        self._closed.set()
        self._rouse()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def __enter__(self) -> "Device":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    @staticmethod
    def _refusal(message: Any) -> Tuple[str, str]:
        """Why the server would not take it, or "", and its text."""
        try:
            text = json.dumps(message, separators=(",", ":"), allow_nan=False)
            if not isinstance(message, dict) or not message or "id" in message or not is_plain(json.loads(text)):
                return "unsendable", ""
            return ("too-long" if len(text) > MAX_BYTES - 32 else ""), text
        except (TypeError, ValueError, RecursionError):
            return "unsendable", ""

    def _rouse(self) -> None:
        try:
            self._wake.send(b"\0")
        except OSError:
            pass  # It is full, so that the thread is about to wake.

    def _tell(self, call: Callable[..., Any], *values: Any) -> None:
        try:
            call(*values)
        except Exception:  # A fault of the program's own keeps the protocol from nothing.
            traceback.print_exc()

    # The thread

    def _run(self) -> None:
        wait = FIRST_WAIT_S
        while not self._closed.is_set():
            began = time.monotonic()
            try:
                reason = self._converse()
            except (OSError, UnicodeError) as fault:
                reason = str(fault)
            was_connected, self._connected = self._connected, False
            if self._closed.is_set():
                break
            self._tell(self.on_disconnected if was_connected else self.on_failed, reason)
            if was_connected and time.monotonic() - began > STEADY_S:
                wait = FIRST_WAIT_S
            # So that many devices do not come back at once.
            self._closed.wait(random.uniform(0, min(wait, self._longest_wait)))
            wait = min(wait * 2, self._longest_wait)
        self._wake.close()
        self._woken.close()

    def _converse(self) -> str:
        """One connection, from its beginning to its end; why it ended."""
        with socket.create_connection(self._place, self._patience) as line, selectors.DefaultSelector() as selector:
            line.setblocking(False)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            selector.register(self._woken, selectors.EVENT_READ)
            selector.register(line, selectors.EVENT_READ)
            conversation = Conversation(self)
            while not self._closed.is_set():
                conversation.send_waiting()
                conversation.flush(line)
                late = conversation.answer_by - time.monotonic()
                if late <= 0:
                    return conversation.fault or "the other side does not answer"
                events = selectors.EVENT_READ | (selectors.EVENT_WRITE if conversation.out else 0)
                selector.modify(line, events)
                for key, ready in selector.select(min(late, 3600)):
                    if key.fileobj is self._woken:
                        self._woken.recv(4096)
                    elif ready & selectors.EVENT_READ:
                        chunk = line.recv(65536)
                        if not chunk:
                            return conversation.fault or "the other side closed the connection"
                        conversation.receive(chunk)
            return "closed"


class Conversation:
    """What is said on one connection."""

    def __init__(self, device: Device):
        self.device = device
        self.out = b""
        self.fault = ""
        self.answer_by = time.monotonic() + device._patience
        self._rest = b""
        self._acks: List[int] = []
        self._welcome_due = True
        self._oldest: Optional[int] = None
        device._last_id += 1
        self._identifying = device._last_id
        identity: Message = {"dev_id": device._id}
        if device._token is not None:
            identity["token"] = device._token
        self._put({**identity, "id": self._identifying})

    def send_waiting(self) -> None:
        """As many as may be under way, and looks whether their acks get on."""
        device = self.device
        if self._identifying:
            return
        with device._lock:
            while device._waiting and len(device._sent) < WINDOW:
                device._last_id += 1
                text = device._waiting.popleft()
                device._sent[device._last_id] = text
                self._put_message(device._last_id, text)
            oldest = next(iter(device._sent), None)
        if oldest is None:
            self.answer_by = math.inf
        elif oldest != self._oldest:
            self.answer_by = time.monotonic() + device._patience
        self._oldest = oldest

    def flush(self, line: socket.socket) -> None:
        try:
            while self.out:
                self.out = self.out[line.send(self.out):]
        except BlockingIOError:
            pass

    def receive(self, chunk: bytes) -> None:
        lines = (self._rest + chunk).split(b"\n")
        self._rest = lines.pop()
        if len(self._rest) > MAX_LINE:
            raise OSError("the other side sends a line without an end")
        for text in lines:
            try:
                message = json.loads(text)
            except (ValueError, RecursionError):
                continue
            if isinstance(message, dict):
                self._take(message)

    def _put(self, message: Message) -> None:
        self.out += json.dumps(message, separators=(",", ":")).encode() + b"\n"

    def _put_message(self, id: int, text: str) -> None:
        self.out += f'{text[:-1]},"id":{id}}}\n'.encode()

    def _take(self, message: Message) -> None:
        id, ack = message.pop("id", None), message.get("ack")
        if is_id(id):
            self._take_message(id, message)
        elif id is None and is_id(ack):
            if ack == self._identifying:
                self._identified()
            else:
                with self.device._lock:
                    self.device._sent.pop(ack, None)
        elif isinstance(message.get("error"), str):
            self.fault = message["error"]

    def _identified(self) -> None:
        """Acks that were held back, and what was not acknowledged, with its ids and in order."""
        device = self.device
        self._identifying = 0
        for id in self._acks:
            self._put({"ack": id})
        for id, text in device._sent.items():
            self._put_message(id, text)
        if device._id != "":
            self._came()

    def _came(self) -> None:
        self.device._connected = True
        self.device._tell(self.device.on_connected, self.device._id)

    def _take_message(self, id: int, message: Message) -> None:
        device = self.device
        if self._welcome_due and not self._identifying and not message.keys() - {"dev_id"}:
            self._welcome(id, message)
        elif id > device._last_seen:
            device._last_seen = id
            device._tell(device.on_message, message)
        if self._identifying:
            self._acks.append(id)
        else:
            self._put({"ack": id})

    def _welcome(self, id: int, message: Message) -> None:
        """A server whose id is not above what was seen has lost its count: what it sends from now on is new."""
        self._welcome_due = False
        self.device._last_seen = id
        if self.device._id == "" and "dev_id" in message:
            self.device._id = message["dev_id"]
            self._came()


def is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def is_plain(value: Any, depth: int = MAX_DEPTH) -> bool:
    """Not too deep, and without names that a server in JavaScript refuses."""
    if not isinstance(value, (dict, list)):
        return True
    if depth == 0 or any(name in value for name in FORBIDDEN if isinstance(value, dict)):
        return False
    return all(is_plain(item, depth - 1) for item in (value.values() if isinstance(value, dict) else value))


# The program


class WeatherStation:
    """Measures what nobody feels, and begins its highest and lowest anew where it is told `reset`."""

    def __init__(self) -> None:
        self.highest, self.lowest = -math.inf, math.inf

    def measure(self) -> Message:
        temperature = round(16 + 7 * math.sin(time.time() / 100) + random.uniform(-0.5, 0.5), 1)
        self.highest, self.lowest = max(self.highest, temperature), min(self.lowest, temperature)
        humidity = round(62 - 24 * math.sin(time.time() / 100))
        return {"temperature": temperature, "humidity": humidity, "highest": self.highest, "lowest": self.lowest}

    def obey(self, message: Message) -> None:
        print("told", message, flush=True)
        if "reset" in message:
            self.__init__()


def main() -> int:
    parser = argparse.ArgumentParser(description="A weather station that tells a Gatehouse what it measures.")
    parser.add_argument("--address", default="tcp://127.0.0.1:8081", help="of the Gatehouse, default %(default)s")
    parser.add_argument("--id", default="weather-py", help="of the station, default %(default)s")
    parser.add_argument("--token", help="where the Gatehouse asks for one")
    parser.add_argument("--every", type=float, default=1.0, help="seconds between measurements, default %(default)s")
    parser.add_argument("--count", type=int, default=0, help="measurements, then it ends once all are acknowledged")
    given = parser.parse_args()
    station = WeatherStation()
    with Device(given.address, given.id, given.token, on_message=station.obey,
                on_connected=lambda id: print("connected as", id, flush=True),
                on_disconnected=lambda reason: print("disconnected:", reason, flush=True),
                on_failed=lambda reason: print("not connected:", reason, flush=True),
                on_refused=lambda reason, _: print("refused:", reason, flush=True)) as device:
        try:
            measured = 0
            while not given.count or measured < given.count:
                device.write(station.measure())
                measured += 1
                time.sleep(given.every)
            while device.held:
                time.sleep(0.05)
        except KeyboardInterrupt:
            pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
