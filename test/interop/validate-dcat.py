"""Validates a DCAT description (JSON-LD on standard input) against dcat-ap.shacl.ttl; prints what is wrong and exits with 1."""
import sys
from pathlib import Path

from pyshacl import validate
from rdflib import DCAT, RDF, Graph

data = Graph().parse(sys.stdin.buffer, format="json-ld")
shapes = Graph().parse(Path(__file__).with_name("dcat-ap.shacl.ttl"), format="turtle")
conforms, _, text = validate(data, shacl_graph=shapes)
print(text)
counts = {kind: len(set(data.subjects(RDF.type, DCAT[kind]))) for kind in ("Catalog", "Dataset", "Distribution")}
print(f"{len(data)} triples, {counts}")
sys.exit(0 if conforms else 1)
