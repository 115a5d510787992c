#!/bin/bash
# One step of Flink in the compose file, in any image with bash and Java 17: jars | jobmanager | taskmanager | submit.
set -euo pipefail

LIB=/flink/lib
SQL=/flink/job/kpi.sql
COPY=org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies
SHARED=(-XX:+UseSerialGC -Djava.io.tmpdir=/tmp -Dlog.file=/tmp/flink.log
  -Dlog4j.configurationFile=file:/flink/conf/log4j2.properties -cp "$LIB/*")
export FLINK_CONF_DIR=/flink/conf

# A folder of the machine (FLINK_LIB) has them already; the volume gets them once, and then no network is asked.
jars() {
  compgen -G "$LIB/flink-sql-connector-kafka-*.jar" > /dev/null && return
  command -v mvn > /dev/null || { echo "$LIB: no jars and no Maven here; see FLINK_LIB in docs/operations.md" >&2; return 1; }
  rm -rf "$LIB/draft"
  mvn -B -q -f /flink/pom.xml "$COPY" -DincludeScope=runtime -Dmaven.repo.local="$LIB/repository" -DoutputDirectory="$LIB/draft"
  # The connector last: whoever finds it finds all.
  mkdir "$LIB/draft/last"
  mv "$LIB"/draft/flink-sql-connector-kafka-*.jar "$LIB/draft/last/"
  mv "$LIB"/draft/*.jar "$LIB/"
  mv "$LIB"/draft/last/*.jar "$LIB/"
}

# What Flink knows of jobs, as its REST interface says it.
jobs() {
  exec 3<> /dev/tcp/flink-jobmanager/8081
  printf 'GET /jobs/overview HTTP/1.0\r\n\r\n' >&3
  cat <&3
}

submit() {
  # `docker compose up` starts what has ended once more: a job that is there stays the only one.
  if jobs | grep -qE '"state":"(CREATED|INITIALIZING|RUNNING|RESTARTING)"'; then echo 'the job runs'; return; fi
  local jar=("$LIB"/flink-json-*.jar)
  exec java -Xmx768m -XX:TieredStopAtLevel=1 --add-opens=java.base/java.util=ALL-UNNAMED "${SHARED[@]}" \
    org.apache.flink.client.cli.CliFrontend run -c org.apache.flink.table.runtime.application.SqlDriver \
    -d -t remote "${jar[0]}" --scriptUri "file://$SQL"
}

case "${1:-}" in
  jars) jars ;;
  jobmanager)
    exec java -Xmx512m -XX:MaxDirectMemorySize=256m -XX:MaxMetaspaceSize=256m "${SHARED[@]}" \
      org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint --configDir /flink/conf ;;
  taskmanager)
    exec java -Xmx800m -XX:MaxDirectMemorySize=192m -XX:MaxMetaspaceSize=256m "${SHARED[@]}" \
      org.apache.flink.runtime.taskexecutor.TaskManagerRunner --configDir /flink/conf ;;
  submit) submit ;;
  *) echo "run.sh: ${1:-nothing}, expected jars, jobmanager, taskmanager or submit" >&2; exit 2 ;;
esac
