"""An exported recording.mcap in the hands of the reference reader for Python.

    python read-mcap.py <file>

Prints one JSON object: messages and the SHA-256 of their bytes by topic-partition, as the messages themselves say; the counts
that the file's statistics claim; and how many events lack what their channel's JSON Schema requires.
"""
import collections
import hashlib
import json
import sys

from mcap.reader import make_reader

counts, hashes, misfits = collections.Counter(), collections.defaultdict(hashlib.sha256), 0
with open(sys.argv[1], "rb") as file:
    reader = make_reader(file, validate_crcs=True)
    summary = reader.get_summary()
    claimed = collections.Counter()
    for id, channel in summary.channels.items():
        place = f"{channel.metadata['topic']}/{channel.metadata['partition']}"
        claimed[place] += summary.statistics.channel_message_counts.get(id, 0)
    # As they lie in the file: a topic-partition's records in the order in which they were recorded.
    for schema, channel, message in reader.iter_messages(log_time_order=False):
        place = f"{channel.metadata['topic']}/{channel.metadata['partition']}"
        counts[place] += 1
        hashes[place].update(message.data)
        if schema is not None:
            event = json.loads(message.data)
            misfits += any(name not in event for name in json.loads(schema.data)["required"])

print(json.dumps({
    "messages": counts,
    "claimed": {place: count for place, count in claimed.items() if count > 0},
    "sha256": {place: hash.hexdigest() for place, hash in hashes.items()},
    "schemas": len(summary.schemas),
    "misfits": misfits,
}))
