"""Every record of a city against contracts/asyncapi.json, its JSON Schemas and CloudEvents' own library.

    python read-all.py <brokers> <prefix> <folder of contracts>

Prints one JSON object: records by message, events that CloudEvents' Kafka binding read, and what does not fit.
"""
import collections
import json
import re
import struct
import sys

import jsonschema_rs
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event

from topics import Topics

MOST_PROBLEMS = 20
SIZES = {"u8": ("B", 1), "u16": ("H", 2), "u32": ("I", 4), "f64": ("d", 8)}

topics = Topics(*sys.argv[1:4])
counts, problems = collections.Counter(), []
events = 0
validators = {}


def problem(record, text):
    if len(problems) < MOST_PROBLEMS:
        problems.append(f"{record.topic}/{record.partition}/{record.offset} {record.key}: {text}")


def key_fits(message, key):
    schema = message["bindings"]["kafka"]["key"]
    if schema["type"] == "null":
        return key is None
    return key is not None and re.search(schema["pattern"], key.decode()) is not None


def message_of(messages, record):
    """The message that this record is, by its key and, where that leaves several, its type."""
    fitting = [m for m in messages if key_fits(m, record.key)]
    if len(fitting) > 1:
        kind = json.loads(record.value).get("type")
        fitting = [m for m in fitting if m["name"] == kind]
    return fitting[0] if len(fitting) == 1 else None


def read_layout(message, value):
    """Reads all fields of a binary layout; the text says what does not fit."""
    found, at = {}, 0
    for field in message["x-layout"]["fields"]:
        letter, size = SIZES[field["type"]]
        n = field["length"] if isinstance(field["length"], int) else found[field["length"]]
        if at + n * size > len(value):
            return f"{len(value)} bytes, too few for {field['name']}"
        numbers = struct.unpack_from(f"<{n}{letter}", value, at)
        found[field["name"]] = numbers[0] if field["length"] == 1 else numbers
        at += n * size
        at += -at % field.get("padTo", 1)
    is_whole = message["name"] == "map.frame"  # a checkpoint's rest is private
    return f"{len(value)} bytes, expected {at}" if is_whole and at != len(value) else None


def check(messages, record):
    global events
    message = message_of(messages, record)
    if message is None:
        return problem(record, "no message of the channel fits")
    counts[message["name"]] += 1
    if "x-layout" in message:
        wrong = read_layout(message, record.value)
        return problem(record, wrong) if wrong else None
    name = message["name"]
    if name not in validators:
        validators[name] = jsonschema_rs.Draft7Validator(topics.schema(message))
    for error in validators[name].iter_errors(json.loads(record.value)):
        problem(record, f"{name} {error.instance_path}: {error.message[:200]}")
    if message["contentType"] == "application/cloudevents+json":
        event = from_kafka_event(KafkaMessage(dict(record.headers), record.key, record.value))
        value = json.loads(record.value)
        same = event.get_id() == value["id"] and event.get_type() == value["type"]
        if not same or event.get_data() != value["data"]:
            problem(record, "CloudEvents' library reads another event")
        events += 1
    return None


for channel, messages in topics.channels():
    for record in topics.read(channel):
        try:
            check(messages, record)
        except Exception as error:  # whatever a library says is a finding
            problem(record, f"{type(error).__name__}: {error}")

print(json.dumps({"messages": counts, "events": events, "problems": problems}))
