"""Proves a recording with Python's standard library alone: python3 verify.py [folder]

Files against manifest.json, counts against the lines, and every interval between two ticks against the chain that the city
wrote into the tick: SHA-256(chain before || every event's bytes and a newline). Says the same as `huacheng verify`.
"""
import gzip
import hashlib
import json
import os
import re
import sys

NO_CHAIN = bytes(32)
COUNTED = ("drop", "corrupt", "late", "held")
HEAD = re.compile(rb',"enc":"(json|text|b64|null)","n":(\d+),"value":')
SEQ = re.compile(rb'"seq":(\d+)')


class Lane:
    """The chain of one topic-partition."""

    def __init__(self):
        self.records = self.events = self.repeated = 0
        self.first = self.last = None
        self.epoch, self.start, self.totals = -1, None, None
        self.chain, self.seen, self.proved, self.broken = None, {}, [], []
        self.begin(None)

    def begin(self, chain):
        self.chain, self.came = chain, 0
        self.hash = hashlib.sha256(chain or b"")

    def add(self, head, value):
        offset = head["offset"]
        if self.first is None:
            self.first = offset
        self.last = offset
        self.records += 1
        if value is None:
            return
        if head["key"] is not None:
            self.event(json.dumps(head["key"]), value)
        elif len(value) <= 65536:
            self.marker(value)

    def event(self, subject, value):
        if self.is_repeated(subject, value):
            self.repeated += 1
            return
        self.events += 1
        self.came += 1
        self.hash.update(value + b"\n")

    def is_repeated(self, subject, value):
        found = SEQ.search(value[:512])
        if not found:
            return False
        seq = int(found[1])
        if subject not in self.seen:
            self.seen[subject] = [seq, seq, set()]
            return False
        known = self.seen[subject]
        first, last, besides = known
        if first <= seq <= last or seq in besides:
            return True
        besides.add(seq)
        while known[1] + 1 in besides:
            known[1] += 1
            besides.remove(known[1])
        return False

    def marker(self, value):
        try:
            marker = json.loads(value)
            kind, data = marker.get("type"), marker.get("data")
            if kind == "city.run-started.v1" and data["epoch"] > self.epoch:
                self.epoch, self.start, self.totals, self.seen = data["epoch"], None, None, {}
                self.begin(NO_CHAIN)
            elif kind == "city.tick.v1":
                self.tick(marker["time"], data)
        except (ValueError, KeyError, AttributeError, TypeError):
            return

    def tick(self, time, data):
        epoch, chain = data["epoch"], bytes.fromhex(data["chain"])
        if epoch < self.epoch or (epoch == self.epoch and self.start is not None and time <= self.start):
            return
        if epoch > self.epoch:
            self.epoch, self.seen = epoch, {}
        elif self.chain is not None:
            self.judge(time, data)
        self.start, self.totals = time, data
        self.begin(chain)

    def judge(self, time, data):
        before = self.totals or {"count": 0, "injected": dict.fromkeys(COUNTED, 0)}
        disturbed = any(before["injected"][k] != data["injected"][k] for k in COUNTED)
        written = lambda t: t["count"] - sum(t["injected"][k] for k in ("held", "drop", "corrupt"))
        if disturbed:
            right = self.came == written(data) - written(before)
        else:
            right = self.hash.hexdigest() == data["chain"]
        (self.proved if right else self.broken).append((self.start, time))


def lines(folder, track, manifest):
    """Head and value of every line of a track, in the order of its segments."""
    number = 0
    while True:
        number += 1
        path = os.path.join(folder, f"{track}-{number:06d}.jsonl.{manifest['codec']}")
        if not os.path.exists(path):
            return
        with opened(path, manifest["codec"]) as file:
            for line in file:
                found = HEAD.search(line)
                head = json.loads(line[: found.start()] + b"}")
                raw = line[found.end() : found.end() + int(found[2])]
                yield head, value_of(found[1], raw)


def opened(path, codec):
    if codec == "gz":
        return gzip.open(path)
    from compression import zstd  # Python 3.14 and later

    return zstd.open(path)


def value_of(enc, raw):
    if enc == b"null":
        return None
    if enc == b"json":
        return raw
    text = json.loads(raw)
    if enc == b"text":
        return text.encode("utf-8", "surrogatepass")
    import base64

    return base64.b64decode(text)


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            digest.update(piece)
    return digest.hexdigest()


def main(folder):
    with open(os.path.join(folder, "manifest.json"), encoding="utf-8") as file:
        manifest = json.load(file)
    problems, lanes = [], {}
    for segment in manifest["segments"]:
        found = sha256(os.path.join(folder, segment["file"]))
        if found != segment["sha256"]:
            problems.append(f"{segment['file']}: got SHA-256 {found}, expected {segment['sha256']}")
    try:
        for track in ("events", "control", "state"):
            for head, value in lines(folder, track, manifest):
                lanes.setdefault((head["topic"], head["partition"]), Lane()).add(head, value)
    except (EOFError, OSError, ValueError, AttributeError) as error:
        problems.append(f"{track}: {error}")
    if manifest["closed"]:
        for note in manifest["lanes"]:
            lane = lanes.get((note["topic"], note["partition"]))
            if lane is None or lane.records != note["events"]:
                problems.append(f"{note['topic']}/{note['partition']}: got {lane and lane.records} records, expected {note['events']}")
    broken = [(name, span) for name, lane in lanes.items() for span in lane.broken]
    proved = sum(len(lane.proved) for lane in lanes.values())
    for problem in problems:
        print(problem)
    for (topic, partition), (start, end) in broken:
        print(f"{topic}/{partition}: not proved from {start or 'the beginning'} to {end}")
    events = sum(lane.events for lane in lanes.values())
    print(f"{len(lanes)} topic-partitions, {events} events with a key, {proved} intervals proved, {len(broken)} not, {len(problems)} other problems")
    return 0 if not problems and not broken else 99


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))))
