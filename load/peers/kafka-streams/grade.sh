#!/bin/sh
# Lets the Kafka Streams job answer a short dirty city and grades it: load/peers/kafka-streams/grade.sh 127.0.0.1:9092 [kv|heap]
set -eu
brokers=$1
mode=${2:-kv}
cd "$(dirname "$0")/../../.."
job=load/peers/kafka-streams
prefix=streams$$.
mvn -q -f $job/pom.xml package dependency:copy-dependencies -DoutputDirectory=lib
npx huacheng produce --brokers "$brokers" --prefix "$prefix" --scenario ./load/peers/workload.json --city guangzhou \
  --for PT6M --scale 0.05 --speed max
# The tail is what the merge may take after the last event on a machine that has other things to do.
java -Dboot="$brokers" -Dprefix="$prefix" -Dkpi="${prefix}streams" -Dmode="$mode" -Dpasses=1 -Dcheck=off -Dtail=20000 \
  -Xmx1g -cp "$job/target/classes:$job/lib/*" ks.Bench
npx huacheng grade --brokers "$brokers" --prefix "$prefix" --topic "${prefix}streams" \
  --map "$(node -p "require('./$job/peer.json').map")" \
  --kpis "$(node -p "require('./$job/peer.json').kpis.join()")"
