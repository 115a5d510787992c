"""Recomputes a ratio KPI and the chains of its domain from the events alone, beside our own.

Written from docs/contracts.md and nothing else. One package: pip install kafka-python==3.0.12

    python3 usage.py --brokers 127.0.0.1:9092 [--prefix city.] [--kpi e-license.usage]

Prints one JSON object; exits with 1 when something differs. The numbers are simulated (模拟数据).
"""
import argparse
import hashlib
import json
import math
import sys
from datetime import datetime
from fractions import Fraction

from kafka import KafkaConsumer, TopicPartition

OPERATORS = {
    "eq": lambda v: v[0] == v[1],
    "ne": lambda v: v[0] != v[1],
    "lt": lambda v: v[0] < v[1],
    "le": lambda v: v[0] <= v[1],
    "gt": lambda v: v[0] > v[1],
    "ge": lambda v: v[0] >= v[1],
    "and": all,
    "or": any,
    "add": sum,
    "sub": lambda v: v[0] - v[1],
    "mul": math.prod,
}


def evaluate(expression, data):
    """Section 7: a literal, a field, or one operator."""
    if not isinstance(expression, dict):
        return expression
    ((operator, operands),) = expression.items()
    if operator == "field":
        return data[operands]
    if operator == "not":
        return not evaluate(operands, data)
    if operator == "if":
        condition, then, otherwise = operands
        return evaluate(then if evaluate(condition, data) else otherwise, data)
    return OPERATORS[operator]([evaluate(o, data) for o in operands])


def milliseconds(instant):
    return round(datetime.fromisoformat(instant.replace("Z", "+00:00")).timestamp() * 1000)


def parse(value):
    """A record's value as an object; None for anything else, for whoever likes may write to a topic."""
    try:
        value = json.loads(value)
    except (TypeError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def read_topic(consumer, topic):
    """Every record that is there now, in order within each partition."""
    numbers = consumer.partitions_for_topic(topic)
    if not numbers:
        sys.exit(f"topic {topic}: none, expected one; see --brokers and --prefix")
    partitions = [TopicPartition(topic, p) for p in sorted(numbers)]
    consumer.assign(partitions)
    consumer.seek_to_beginning()
    ends = consumer.end_offsets(partitions)
    # A position also passes what compaction took away.
    while any(consumer.position(tp) < ends[tp] for tp in partitions):
        for tp, records in consumer.poll(timeout_ms=500).items():
            yield from (r for r in records if r.offset < ends[tp])


class Seen:
    """Section 3's rule: by asset the highest seq, and what is missing below it as ranges [from, to]."""

    def __init__(self):
        self.highest, self.missing = {}, {}

    def add(self, subject, seq):
        """False when it was there before."""
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
    """One topic-partition of one run: its chain, and the sums of its windows."""

    def __init__(self, epoch, descriptor, domain, name):
        measures = descriptor["declarations"][domain]["measures"]
        self.measure = next((m for m in measures if m["name"] == name), None)
        if self.measure is None or self.measure["kind"] != "ratio":
            ratios = [m["name"] for m in measures if m["kind"] == "ratio"]
            sys.exit(f"--kpi {domain}.{name}: no ratio, expected one of {', '.join(ratios)}")
        self.domain = domain
        self.epoch, self.run = epoch, descriptor["run"]
        self.start = milliseconds(descriptor["start"])
        self.window, self.lateness = descriptor["window"], descriptor["allowedLateness"]
        events = descriptor["declarations"][domain]["events"]
        self.types = {e["type"] for e in events if e["name"] in self.measure["on"]}
        self.digest, self.pending, self.chain = bytes(32), [], None
        self.seen, self.late = Seen(), 0
        self.watermark, self.closed = None, 0  # `closed` windows are complete
        self.sums = {}  # window number -> district -> [numerator, denominator, n]

    def event(self, key, event, value):
        """Raises KeyError, TypeError or ValueError where it is no event of ours; nothing is changed then."""
        subject, seq, time = event["subject"], event["seq"], milliseconds(event["time"])
        if event["source"] != f"/huacheng/{self.run}/{self.domain}":
            return  # another run's
        if key != subject.encode() or type(seq) is not int or seq < 1:
            raise ValueError("no event of ours")
        is_term = event["type"] in self.types and time >= self.start  # the census is in no window
        used, of = (self.scaled(p, event["data"]) if is_term else 0 for p in ("used", "of"))
        if not self.seen.add(subject, seq):
            return  # a producer's retry
        self.pending.append(value + b"\n")
        number = (time - self.start) // self.window
        if is_term and number < self.closed:
            self.late += 1
        elif of != 0:
            sums = self.sums.setdefault(number, {}).setdefault(event["district"], [0, 0, 0])
            for i, term in enumerate((used, of, 1)):
                sums[i] += term

    def scaled(self, part, data):
        return round(evaluate(self.measure[part], data) * 10 ** self.measure["decimals"])

    def tick(self, tick):
        time, chain = milliseconds(tick["time"]), tick["data"]["chain"]
        ours = tick["source"] == f"/huacheng/{self.run}/producers"
        if not ours or tick["data"]["epoch"] != self.epoch:
            return  # another run's
        if self.watermark is not None and time <= self.watermark:
            return  # a producer's retry
        self.digest = hashlib.sha256(self.digest + b"".join(self.pending)).digest()
        self.pending = []
        self.chain = {
            "time": tick["time"],
            "recomputed": self.digest.hex(),
            "published": chain,
        }
        self.watermark = time
        self.closed = max(self.closed, (time - self.lateness - self.start) // self.window)


def take(lanes, record, domain, name, descriptors):
    """One record of a domain topic."""
    lane, value = lanes.get(record.partition), json.loads(record.value)
    if value["type"] == "city.run-started.v1":
        epoch, run = value["data"]["epoch"], value["data"]["run"]
        if lane is None or epoch > lane.epoch:
            lanes[record.partition] = Lane(epoch, descriptors[run], domain, name)
    elif lane is None:
        return  # the end of a run whose beginning is no longer kept
    elif value["type"] == "city.tick.v1":
        lane.tick(value)
    else:
        lane.event(record.key, value, record.value)


def read_lanes(consumer, topic, domain, name, descriptors):
    """The lanes of the newest run, by partition."""
    lanes = {}
    for record in read_topic(consumer, topic):
        try:
            take(lanes, record, domain, name, descriptors)
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
            continue  # damaged, or nobody's: section 9's dead letters
    newest = max((lane.epoch for lane in lanes.values()), default=None)
    return {p: lane for p, lane in sorted(lanes.items()) if lane.epoch == newest}


def reading(cells, decimals):
    """Sums to a reading: one division, 6 decimals, half away from zero."""
    numerator, denominator, n = (sum(column) for column in zip(*cells, (0, 0, 0)))
    value = None
    if denominator != 0:
        millionths = Fraction(numerator * 10**6, denominator)
        value = math.copysign(math.floor(abs(millionths) + Fraction(1, 2)), millionths) / 10**6
    scale = 10**decimals
    return {
        "value": value,
        "numerator": numerator / scale,
        "denominator": denominator / scale,
        "n": n,
    }


def compare(lanes, published):
    """Every published window that is complete in all lanes, scope by scope."""
    complete = min(lane.closed for lane in lanes)
    decimals = lanes[0].measure["decimals"]
    for final in published:
        number = (milliseconds(final["window"]["start"]) - lanes[0].start) // lanes[0].window
        if number >= complete:
            continue
        parts = [lane.sums.get(number, {}) for lane in lanes]
        city = next(iter(final["scopes"]))
        scopes = {}
        for code, theirs in final["scopes"].items():
            cells = [
                cell
                for part in parts
                for district, cell in part.items()
                if code in (city, district)
            ]
            scopes[code] = {"recomputed": reading(cells, decimals), "published": theirs}
        yield {"start": final["window"]["start"], "end": final["window"]["end"], "scopes": scopes}


def main():
    plain = argparse.RawDescriptionHelpFormatter
    options = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    options.add_argument("--brokers", required=True)
    options.add_argument("--prefix", default="city.")
    options.add_argument("--kpi", default="e-license.usage")
    options = options.parse_args()
    domain, name = options.kpi.split(".")
    consumer = KafkaConsumer(bootstrap_servers=options.brokers.split(","), group_id=None)

    descriptors = {}
    for record in read_topic(consumer, f"{options.prefix}run"):
        descriptor = parse(record.value)
        if descriptor and (record.key or b"").startswith(b"descriptor|"):
            descriptors[descriptor.get("run")] = descriptor
    topic = f"{options.prefix}{domain}"
    lanes = read_lanes(consumer, topic, domain, name, descriptors)
    if not lanes:
        sys.exit(f"topic {topic}: no run, expected one whose beginning is still kept")
    first = next(iter(lanes.values()))
    finals = {}
    for record in read_topic(consumer, f"{options.prefix}kpi"):
        key = (record.key or b"").decode(errors="replace").split("|")
        # epoch|kpi|window start; a day's key has four parts, a provisional's two.
        if len(key) == 3 and key[:2] == [str(first.epoch), options.kpi]:
            final = parse(record.value)
            if final:
                finals[key[2]] = final
    consumer.close()

    published = [finals[start] for start in sorted(finals)]
    windows = list(compare(list(lanes.values()), published))
    chains = [{"topic": topic, "partition": p, **(lane.chain or {})} for p, lane in lanes.items()]
    pairs = [scope for window in windows for scope in window["scopes"].values()] + chains
    equal = all(pair.get("recomputed") == pair.get("published") for pair in pairs)
    print(json.dumps({
        "kpi": options.kpi,
        "run": first.run,
        "epoch": first.epoch,
        "windows": windows,
        "chains": chains,
        "late": sum(lane.late for lane in lanes.values()),
        "equal": equal,
    }))
    sys.exit(0 if equal else 1)


if __name__ == "__main__":
    main()
