"""Checks every link of every chain of a city and prints its digest. Needs nothing but Python.

npx huacheng events --for PT3M --scale 0.05 --meta --json | python3 docs/samples/chains.py
npx huacheng events --brokers 127.0.0.1:9092 --meta --json | python3 docs/samples/chains.py

Written from docs/contracts.md, sections 3 to 6. Exits with 1 where an interval is broken, and names each.
"""
import hashlib
import json
import re
import sys


class Seen:
    """Section 3's rule: by asset the highest seq, and what is missing below it as ranges [from, to]."""

    def __init__(self):
        self.highest, self.missing = {}, {}

    def add(self, subject, seq):
        """False when it was there before: a producer's retry repeats what was written."""
        top = self.highest.get(subject, 0)
        ranges = self.missing.setdefault(subject, [])
        if seq > top:
            if seq > top + 1:
                ranges.append((top + 1, seq - 1))
            self.highest[subject] = seq
            return True
        for i, (first, last) in enumerate(ranges):
            if first <= seq <= last:
                rest = [(first, seq - 1), (seq + 1, last)]
                ranges[i : i + 1] = [r for r in rest if r[0] <= r[1]]
                return True
        return False


class Lane:
    """One topic-partition of the run that its newest run-started marker names."""

    def __init__(self, domain, marker):
        self.epoch, self.run = marker["epoch"], marker["run"]
        self.source = f"/huacheng/{self.run}/{domain}"
        self.chain, self.lines, self.seen = bytes(32), [], Seen()
        self.time = ""  # of the last tick; instants sort as texts

    def event(self, record, text):
        subject, seq = record.get("subject"), record.get("seq")
        if record.get("source") != self.source or type(seq) is not int or seq < 1:
            return  # another run's, or nobody's
        if isinstance(subject, str) and self.seen.add(subject, seq):
            self.lines.append(text.encode() + b"\n")

    def tick(self, record):
        """The end of the interval when its chain is not the tick's, else None."""
        if record["data"].get("epoch") != self.epoch or record["time"] <= self.time:
            return None  # another run's, or a retry
        self.time = record["time"]
        chain = hashlib.sha256(self.chain + b"".join(self.lines)).digest()
        self.lines = []
        # From the tick's own value on, so that a broken interval does not break the next.
        self.chain = bytes.fromhex(record["data"]["chain"])
        return None if chain == self.chain else self.time


def parse(text):
    """A record's value as an object; None for what is damaged or nobody's."""
    try:
        value = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and isinstance(value.get("data"), dict) else None


def is_marker(record):
    """A tick or run-started that names its run; whoever likes may write other records without a key."""
    data = record["data"]
    return isinstance(record.get("time"), str) and type(data.get("epoch")) is int and (
        isinstance(data.get("run"), str)
        if record.get("type") == "city.run-started.v1"
        else record.get("type") == "city.tick.v1"
        and re.fullmatch("[0-9a-f]{64}", str(data.get("chain"))) is not None
    )


lanes, broken = {}, []
for row in map(json.loads, sys.stdin):
    place = (row["topic"].removeprefix("city."), row["partition"])
    lane, record = lanes.get(place), parse(row["value"])
    if record is None:
        continue
    if row["key"] is not None:
        if lane:
            lane.event(record, row["value"])
    elif not is_marker(record):
        continue
    elif record["type"] == "city.run-started.v1":
        if lane is None or record["data"]["epoch"] > lane.epoch:
            lanes[place] = Lane(place[0], record["data"])
    elif lane:
        end = lane.tick(record)
        if end:
            broken.append(f"{place[0]}/{place[1]}: broken in the interval that ends at {end}")

if broken:
    sys.exit("\n".join(broken))
city = hashlib.sha256()
for (domain, partition), lane in sorted(lanes.items()):
    city.update(f"{domain}/{partition} {lane.chain.hex()}\n".encode())
print(json.dumps({"topic-partitions": len(lanes), "digest": city.hexdigest()}))
