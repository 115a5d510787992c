"""Reads every topic of a city to where it ends now, with kafka-python and contracts/asyncapi.json alone."""
import json
from pathlib import Path

from kafka import KafkaConsumer, TopicPartition


class Topics:
    def __init__(self, brokers, prefix, folder):
        self.folder = Path(folder)
        self.document = json.loads((self.folder / "asyncapi.json").read_text("utf-8"))
        self.prefix = prefix
        self.consumer = KafkaConsumer(
            bootstrap_servers=brokers.split(","), group_id=None, fetch_max_bytes=16 * 1024 * 1024
        )

    def channels(self):
        """Channel name -> the messages that may lie there."""
        messages = self.document["components"]["messages"]
        for name, channel in self.document["channels"].items():
            yield name, [messages[m] for m in channel["messages"]]

    def schema(self, message):
        """The JSON Schema of a message's value; None where it is binary."""
        reference = message["payload"].get("schema", {}).get("$ref")
        return reference and json.loads((self.folder / reference).read_text("utf-8"))

    def read(self, channel):
        """Every record that is there now, in order within each partition."""
        topic = f"{self.prefix}{channel}"
        numbers = self.consumer.partitions_for_topic(topic)
        if not numbers:
            raise SystemExit(f"topic {topic}: none, expected one")
        partitions = [TopicPartition(topic, p) for p in sorted(numbers)]
        self.consumer.assign(partitions)
        self.consumer.seek_to_beginning()
        ends = self.consumer.end_offsets(partitions)
        while any(self.consumer.position(tp) < ends[tp] for tp in partitions):
            for tp, records in self.consumer.poll(timeout_ms=500, max_records=5000).items():
                yield from (r for r in records if r.offset < ends[tp])
