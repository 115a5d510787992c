"""Checks every link of every chain of a city and prints its digest. Needs nothing but Python.

npx huacheng events --for PT3M --scale 0.05 --meta --json | python3 docs/samples/chains.py
"""
import hashlib
import json
import sys

chains = {}  # (domain, partition) -> D, 32 bytes
lines = {}  # (domain, partition) -> events since the last tick

for row in map(json.loads, sys.stdin):
    lane = (row["topic"].removeprefix("city."), row["partition"])
    if row["key"] is not None:
        lines.setdefault(lane, []).append(row["value"].encode() + b"\n")
        continue
    marker = json.loads(row["value"])
    if marker["type"] != "city.tick.v1":
        continue
    interval = b"".join(lines.pop(lane, []))
    chains[lane] = hashlib.sha256(chains.get(lane, bytes(32)) + interval).digest()
    if chains[lane].hex() != marker["data"]["chain"]:
        sys.exit(f"{lane[0]}/{lane[1]}: broken in the interval that ends at {marker['time']}")

city = hashlib.sha256()
for (domain, partition), chain in sorted(chains.items()):
    city.update(f"{domain}/{partition} {chain.hex()}\n".encode())
print(json.dumps({"topic-partitions": len(chains), "digest": city.hexdigest()}))
