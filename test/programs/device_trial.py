"""Writes each line of its input as a message of a device, and prints what happens to it."""
import json
import sys

from gatehouse_device import Device


def say(*words):
    """In one piece, since two threads do."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


port, name, patience_ms, longest_wait_ms, capacity = sys.argv[1:]
device = Device(f"tcp://127.0.0.1:{port}", name, capacity=int(capacity),
                patience=int(patience_ms) / 1000, longest_wait=int(longest_wait_ms) / 1000,
                on_connected=lambda id: say("connected", id),
                on_disconnected=lambda reason: say("disconnected", reason),
                on_failed=lambda reason: say("failed", reason),
                on_message=lambda message: say("message", json.dumps(message)),
                on_refused=lambda reason, message: say("refused", reason))
for line in sys.stdin:
    device.write(json.loads(line))
