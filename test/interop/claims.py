"""What docs/contracts.md says of a city's records, checked by somebody who has nothing but that page.

    python claims.py <brokers> <prefix> <folder of contracts>

Prints, by claim, how often it was checked and where it does not hold.
"""
import base64
import collections
import hashlib
import json
import math
import sys
from datetime import datetime
from fractions import Fraction

from topics import Topics

topics = Topics(*sys.argv[1:4])
checked, broken = collections.Counter(), collections.defaultdict(list)
MOST_SHOWN = 5


def claim(name, holds, where):
    checked[name] += 1
    if not holds and len(broken[name]) < MOST_SHOWN:
        broken[name].append(str(where)[:400])


def ms(instant):
    return round(datetime.fromisoformat(instant.replace("Z", "+00:00")).timestamp() * 1000)


def place(record):
    return f"{record.topic}/{record.partition}/{record.offset}"


def parse(record):
    """None for what is damaged or unexpected: section 9."""
    try:
        value = json.loads(record.value)
        return value if isinstance(value, dict) else None
    except (TypeError, ValueError):
        return None


EVENT_KEYS = ["specversion", "id", "source", "type", "subject", "time", "seq", "district", "data"]

# ---- sections 3 to 6: a lane is one topic-partition of the newest run


class Lane:
    def __init__(self, domain, partition, descriptor, epoch):
        self.domain, self.partition, self.descriptor, self.epoch = domain, partition, descriptor, epoch
        self.source = f"/huacheng/{descriptor['run']}/{domain}"
        self.start, self.tick_ms = ms(descriptor["start"]), descriptor["tick"]
        self.highest, self.district, self.lines = {}, {}, []
        self.last, self.watermark, self.count, self.chain = ("", "", 0), None, 0, bytes(32)
        declared = descriptor["declarations"][domain]["events"]
        self.periodic = {e["type"] for e in declared if e.get("periodic")}

    def event(self, record, value):
        where, subject, seq = place(record), value["subject"], value["seq"]
        keys = EVENT_KEYS if "cause" not in value else EVENT_KEYS[:-1] + ["cause", "data"]
        claim("3: keys stand in this order", list(value) == keys, where)
        claim("3: one line, id is subject:seq, key is the subject",
              b"\n" not in record.value and value["id"] == f"{subject}:{seq}" and record.key == subject.encode(), where)
        before = self.highest.get(subject, 0)
        claim("3: seq numbers an asset's events from 1 without gaps", seq == before + 1, f"{where} {before} {seq}")
        self.highest[subject] = max(before, seq)
        claim("3: an asset keeps its district and partition",
              assets.setdefault(subject, (self.domain, self.partition, value["district"]))
              == (self.domain, self.partition, value["district"]), where)
        now = (value["time"], subject, seq)
        claim("3: events are ordered by (time, subject, seq)", now > self.last, f"{where} {self.last} {now}")
        self.last = now
        time = ms(value["time"])
        if time < self.start:
            claim("3: the census is of the periodic type, with seq 1, before the first tick",
                  value["type"] in self.periodic and seq == 1 and self.watermark is None, where)
        claim("5: every event older than a tick is before it",
              self.watermark is None or time >= self.watermark, where)
        self.lines.append(record.value + b"\n")
        self.count += 1

    def tick(self, record, value):
        where, time, data = place(record), ms(value["time"]), value["data"]
        claim("5: a tick has no key, and its id says domain, partition and time",
              record.key is None and value["id"] == f"tick-{self.domain}-{self.partition}-{value['time']}", where)
        due = self.start if self.watermark is None else self.watermark + self.tick_ms
        claim("5: one tick at start, then every tick ms", time == due, f"{where} {value['time']}")
        claim("5: count is the events since run-started", data["count"] == self.count, f"{where} {self.count}")
        self.chain = hashlib.sha256(self.chain + b"".join(self.lines)).digest()
        self.lines = []
        claim("6: chain is SHA-256 of the chain before and the lines", self.chain.hex() == data["chain"], where)
        self.watermark = time


assets, lanes = {}, {}
runs = {}
for record in topics.read("run"):
    if record.key.startswith(b"descriptor|"):
        descriptor = parse(record)
        runs[record.offset] = descriptor
        claim("2: a descriptor's key names its run", record.key.split(b"|")[1].decode() == descriptor["run"], place(record))
epoch, descriptor = max(runs.items())
P, window = descriptor["partitions"], descriptor["window"]

for domain in descriptor["declarations"]:
    for record in topics.read(domain):
        value, at = parse(record), (domain, record.partition)
        if value is None or not str(value.get("source", "")).startswith(f"/huacheng/{descriptor['run']}/"):
            continue
        if value["type"] == "city.run-started.v1":
            claim("4: the epoch is the descriptor's offset", value["data"]["epoch"] == epoch, place(record))
            claim("4: run-started is the first record of its run", at not in lanes and record.key is None, place(record))
            lanes[at] = Lane(domain, record.partition, descriptor, epoch)
        elif at not in lanes:
            claim("4: run-started is the first record of its run", False, place(record))
        elif value["type"] == "city.tick.v1":
            lanes[at].tick(record, value)
        elif value["source"] == lanes[at].source:
            lanes[at].event(record, value)
claim("4: every partition of every domain topic has the run", len(lanes) == P * len(descriptor["declarations"]), len(lanes))

# ---- sections 7 and 8: sums, truth and readings

finals, days, ledgers, partials, truths = {}, {}, {}, collections.defaultdict(dict), {}
for record in topics.read("kpi"):
    key, value = record.key.decode().split("|"), parse(record)
    if value is None or value.get("epoch") != epoch:
        continue
    if key[1] == "ledger":
        ledgers[(value["domain"], value["partition"])] = value
    elif len(key) == 4:
        days[(key[1], key[3])] = value
    elif len(key) == 3:
        claim("8: a final is written once, or again with equal bytes",
              finals.setdefault((key[1], key[2]), record.value) == record.value, place(record))
for channel, into in (("kpi-partial", partials), ("truth", truths)):
    for record in topics.read(channel):
        value = parse(record)
        if value and value.get("epoch") == epoch and record.key.count(b"|") == 3:
            cell = (value["domain"], value["start"])
            if channel == "truth":
                into[(*cell, value["partition"])] = value
            else:
                into[cell][value["partition"]] = value
for (domain, start), by_partition in partials.items():
    for partition, value in by_partition.items():
        theirs = truths.get((domain, start, partition))
        if theirs:
            claim("8: truth has the sums of the final partial", theirs["measures"] == value["measures"],
                  (domain, start, partition))


def rounded(fraction):
    """6 decimals, half away from zero."""
    millionths = abs(fraction) * 10**6
    return math.copysign(math.floor(millionths + Fraction(1, 2)) / 10**6, fraction)


def exact(number):
    return Fraction(repr(number)) if isinstance(number, float) else Fraction(number)


for (kpi, start), raw in finals.items():
    reading = json.loads(raw)
    domain, name = kpi.split(".", 1)
    measure = next((m for m in descriptor["declarations"][domain]["measures"] if m["name"] == name), None)
    claim("8: a final window has the watermark of its end, and equals the truth",
          reading["watermark"] == reading["window"]["end"] and reading["truth"] == "equal", (kpi, start))
    claim("8: a window begins at start + k w", (ms(start) - ms(descriptor["start"])) % window == 0, (kpi, start))
    city, *districts = reading["scopes"]
    claim("8: the city is the first scope", city.endswith("00"), (kpi, city))
    for code, scope in reading["scopes"].items():
        numerator, denominator = scope["numerator"], scope["denominator"]
        if measure and measure["kind"] in ("count", "level"):
            wanted = rounded(exact(numerator) * exact(reading["weight"]))
        else:
            top = exact(numerator) * exact(reading["weight"])
            wanted = rounded(top / exact(denominator)) if denominator else None
        claim("7: value follows from numerator, denominator and weight", scope["value"] == wanted,
              (kpi, start, code, scope, wanted))
    cells = partials.get((domain, start))
    if measure and cells and len(cells) == P:
        scale = 10 ** measure["decimals"]
        sums = [c for p in cells.values() for c in p["measures"].get(name, {"window": {}})["window"].values()]
        mine = [Fraction(sum(c[i] for c in sums), s) for i, s in ((0, scale), (2, 1))]
        whole = reading["scopes"][city]
        claim("8: final partials of all partitions make the final reading",
              [exact(whole["numerator"]), Fraction(whole["n"])] == mine, (kpi, start, whole, mine))

# ---- section 9: the account

for at, ledger in ledgers.items():
    injected = ledger["injected"]
    lost = ledger["produced"] - ledger["folded"] - ledger["late"] - injected["held"]
    unexplained = lost - injected["drop"] - injected["corrupt"]
    claim("9: read and produced add up, unexplained is 0",
          ledger["read"] == ledger["folded"] + ledger["duplicate"] + ledger["late"] + ledger["deadLetter"]
          and ledger["unexplained"] == unexplained == 0 and ledger["chainEqual"], (at, ledger))
claim("9: every topic-partition has a ledger", set(ledgers) == set(lanes), len(ledgers))

letters = {}
for channel in ("late", "dead-letter"):
    for record in topics.read(channel):
        letter = parse(record)
        claim("9: a letter's key is where the record lies",
              record.key.decode() == f"{letter['topic']}/{letter['partition']}/{letter['offset']}", place(record))
        letters[(letter["topic"], letter["partition"], int(letter["offset"]))] = letter
for domain in descriptor["declarations"]:
    for record in topics.read(domain) if letters else ():
        letter = letters.get((record.topic, record.partition, record.offset))
        if letter:
            bytes_ = base64.b64decode(letter["value"] or "")
            claim("9: a letter has the record's first bytes, its length and SHA-256",
                  record.value[:65536] == bytes_ and letter["bytes"] == len(record.value)
                  and letter["sha256"] == hashlib.sha256(record.value).hexdigest(), place(record))

# ---- section 11: commands

results = {record.key.decode(): parse(record) for record in topics.read("command-result")}
asked = {record.key.decode() for record in topics.read("command")}
for id_ in asked:
    claim("11: a command is answered under its id", id_ in results and results[id_]["id"] == id_, id_)

# ---- section 12: map frames

offsets, keyframes = {}, set()
for record in topics.read("map"):
    head = dict(zip(("magic", "epoch"), (record.value[:4], int.from_bytes(record.value[4:8], "little"))))
    if head["epoch"] != epoch:
        continue
    flags, headers = int.from_bytes(record.value[24:28], "little"), dict(record.headers)
    claim("12: a frame names its layout and its catalogue",
          head["magic"] == b"HCF1" and headers["catalogue"].decode() == descriptor["catalogue"], place(record))
    if record.key not in keyframes:
        claim("12: a keyframe comes first", flags & 1 == 1, place(record))
    keyframes.add(record.key)

print(json.dumps({"checked": checked, "broken": broken}))
