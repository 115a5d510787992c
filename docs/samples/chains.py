"""Checks every link of every chain of a city and prints its digest. Needs nothing but Python.

npx huacheng events --for PT3M --scale 0.05 --meta --json | python3 docs/samples/chains.py
npx huacheng events --brokers 127.0.0.1:9092 --meta --json | python3 docs/samples/chains.py
"""
import hashlib
import json
import sys

chains = {}  # (domain, partition) -> D, 32 bytes
lines = {}  # (domain, partition) -> events since the last tick
ticked = {}  # (domain, partition) -> time of the last tick
highest = {}  # asset -> seq; a producer's retry repeats what was written

for row in map(json.loads, sys.stdin):
    lane = (row["topic"].removeprefix("city."), row["partition"])
    record = json.loads(row["value"])
    if row["key"] is not None:
        if record["seq"] > highest.get(row["key"], 0):
            highest[row["key"]] = record["seq"]
            lines.setdefault(lane, []).append(row["value"].encode() + b"\n")
    elif record["type"] == "city.tick.v1" and record["time"] > ticked.get(lane, ""):
        ticked[lane] = record["time"]
        interval = b"".join(lines.pop(lane, []))
        chains[lane] = hashlib.sha256(chains.get(lane, bytes(32)) + interval).digest()
        if chains[lane].hex() != record["data"]["chain"]:
            sys.exit(f"{lane[0]}/{lane[1]}: broken in the interval that ends at {record['time']}")

city = hashlib.sha256()
for (domain, partition), chain in sorted(chains.items()):
    city.update(f"{domain}/{partition} {chain.hex()}\n".encode())
print(json.dumps({"topic-partitions": len(chains), "digest": city.hexdigest()}))
