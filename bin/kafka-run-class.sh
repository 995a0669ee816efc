#!/usr/bin/env bash
# Runs a class of Kafka's own command lines against any broker: kafka-run-class.sh CLASS [ARGUMENT...]
# Every other script in this folder comes here. KAFKA_HEAP_OPTS, KAFKA_OPTS and KAFKA_JVM_PERFORMANCE_OPTS mean what they
# mean to Kafka; NARU_TOOLS_CACHE names another folder for what makes the next start quick, and 'off' makes none.
set -euo pipefail
home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
. "$home/build/jdk.sh"

say() {
  echo "${tool:-kafka-run-class.sh}: $*" >&2
}

# The names of fifteen years of documents.
class_of() {
  case $1 in
  kafka.admin.TopicCommand) echo org.apache.kafka.tools.TopicCommand ;;
  kafka.admin.ConsumerGroupCommand | org.apache.kafka.tools.ConsumerGroupCommand) echo org.apache.kafka.tools.consumer.group.ConsumerGroupCommand ;;
  kafka.admin.AclCommand) echo org.apache.kafka.tools.AclCommand ;;
  kafka.admin.BrokerApiVersionsCommand) echo org.apache.kafka.tools.BrokerApiVersionsCommand ;;
  kafka.admin.DeleteRecordsCommand) echo org.apache.kafka.tools.DeleteRecordsCommand ;;
  kafka.admin.DelegationTokenCommand) echo org.apache.kafka.tools.DelegationTokenCommand ;;
  kafka.admin.FeatureCommand) echo org.apache.kafka.tools.FeatureCommand ;;
  kafka.admin.LeaderElectionCommand | kafka.admin.PreferredReplicaLeaderElectionCommand) echo org.apache.kafka.tools.LeaderElectionCommand ;;
  kafka.admin.LogDirsCommand) echo org.apache.kafka.tools.LogDirsCommand ;;
  kafka.admin.MetadataQuorumCommand) echo org.apache.kafka.tools.MetadataQuorumCommand ;;
  kafka.admin.ReassignPartitionsCommand) echo org.apache.kafka.tools.reassign.ReassignPartitionsCommand ;;
  kafka.tools.ClusterTool) echo org.apache.kafka.tools.ClusterTool ;;
  kafka.tools.ConsoleConsumer | org.apache.kafka.tools.ConsoleConsumer) echo org.apache.kafka.tools.consumer.ConsoleConsumer ;;
  kafka.tools.ConsoleProducer) echo org.apache.kafka.tools.ConsoleProducer ;;
  kafka.tools.ConsumerPerformance) echo org.apache.kafka.tools.ConsumerPerformance ;;
  kafka.tools.ProducerPerformance) echo org.apache.kafka.tools.ProducerPerformance ;;
  kafka.tools.DumpLogSegments) echo org.apache.kafka.tools.DumpLogSegments ;;
  kafka.tools.EndToEndLatency) echo org.apache.kafka.tools.EndToEndLatency ;;
  kafka.tools.GetOffsetShell) echo org.apache.kafka.tools.GetOffsetShell ;;
  kafka.tools.JmxTool) echo org.apache.kafka.tools.JmxTool ;;
  kafka.tools.ReplicaVerificationTool) echo org.apache.kafka.tools.ReplicaVerificationTool ;;
  kafka.tools.StreamsResetter) echo org.apache.kafka.tools.StreamsResetter ;;
  kafka.tools.TransactionsCommand) echo org.apache.kafka.tools.TransactionsCommand ;;
  *) echo "$1" ;;
  esac
}

# Commands that ask one thing and end: the first compiler is enough for them, and the smallest collector.
is_short() {
  case $1 in
  *Performance | *Console* | *Verifiable* | *EndToEndLatency | *JmxTool | *ReplicaVerification*) return 1 ;;
  *) return 0 ;;
  esac
}

# In a download they lie in libs/tools; a checkout fetches them once.
find_tools() {
  tools=$home/libs/tools
  [ -d "$tools" ] && return
  tools=$home/apps/dist/target/tools
  [ -f "$tools/.complete" ] && [ ! "$home/apps/dist/tools/pom.xml" -nt "$tools/.complete" ] && return
  command -v mvn >/dev/null || {
    say "Kafka's command lines are fetched with Maven on their first use: install it (Debian: apt-get install maven)"
    exit 1
  }
  mkdir -p "$home/apps/dist/target"
  exec 9>"$tools.lock"
  if command -v flock >/dev/null; then flock 9; fi
  [ -f "$tools/.complete" ] || fetch
  exec 9>&-
}

fetch() {
  say "fetching Kafka's command lines on first use (45 MB)"
  if ! mvn -q -B -f "$home/apps/dist/tools" dependency:copy-dependencies -DincludeScope=runtime \
    -DoutputDirectory="$tools" >"$tools.log" 2>&1; then
    grep -m 5 ERROR "$tools.log" >&2 || true
    say "they could not be fetched; all of it is in $tools.log"
    exit 1
  fi
  touch "$tools/.complete"
}

if [ $# -eq 0 ]; then
  echo "usage: kafka-run-class.sh CLASS [ARGUMENT...]" >&2
  exit 1
fi
class=$(class_of "$1")
# Who uses an old name of a class uses old names of its options.
if [ "$class" != "$1" ] && [ -z "${tool:-}" ]; then exec "$home/bin/kafka-tool.sh" kafka-run-class.sh "$class" "${@:2}"; fi
shift
find_tools
class_path=$(printf '%s:' "$tools"/*.jar)
class_path=${class_path%:}${CLASSPATH:+:$CLASSPATH}

memory=${KAFKA_HEAP_OPTS:--Xmx256M}
flags=(-Xlog:disable -Xlog:all=error:stderr --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
  -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -Dorg.slf4j.simpleLogger.showDateTime=true
  -Dorg.slf4j.simpleLogger.dateTimeFormat="[yyyy-MM-dd HH:mm:ss,SSS]" -Dorg.slf4j.simpleLogger.showThreadName=false
  -Dlog4j2.disable.jmx=true -Djava.awt.headless=true)
collector=-XX:+UseG1GC
if is_short "$class"; then
  flags+=(-XX:TieredStopAtLevel=1)
  collector=-XX:+UseSerialGC
fi
case "$memory ${KAFKA_JVM_PERFORMANCE_OPTS:-} ${KAFKA_OPTS:-}" in *-XX:+Use*GC*) ;; *) flags+=($collector) ;; esac
more=(${KAFKA_JVM_PERFORMANCE_OPTS:-} ${KAFKA_OPTS:-})
if [ -n "${JMX_PORT:-}" ]; then
  more+=(-Dcom.sun.management.jmxremote -Dcom.sun.management.jmxremote.port="$JMX_PORT"
    -Dcom.sun.management.jmxremote.authenticate=false -Dcom.sun.management.jmxremote.ssl=false)
fi

run() {
  exec "$JAVA_HOME/bin/java" "$@" "${flags[@]}" $memory "${more[@]}" -cp "$class_path" "$class" "${arguments[@]+"${arguments[@]}"}"
}

# The first run of a class notes what it needs; from the notes a cache is made behind it, and the next one is quick (JEP 483, 515).
arguments=("$@")
caches=${NARU_TOOLS_CACHE:-$tools/.started}
if [ "$caches" != off ] && { ! mkdir -p "$caches" 2>/dev/null || [ ! -w "$caches" ]; }; then
  caches=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/naru/tools
  mkdir -p "$caches" 2>/dev/null || caches=off
fi
if [ "$caches" = off ] || [ -n "${CLASSPATH:-}" ]; then run; fi
key=$(printf '%s\n' "$class_path" "$collector" "$(cat "$JAVA_HOME/release")" | cksum | tr ' ' -)
cache=$caches/${class##*.}-$key.aot
if [ -f "$cache" ]; then run -XX:AOTCache="$cache" -Xlog:aot=off -Xlog:cds=off; fi
# Help needs next to nothing, and would be all that is remembered.
case " $* " in "  " | *" --help "* | *" --version "*) run ;; esac
# A shell in front of a command that runs on would keep signals from it, unless they come from a terminal.
if ! is_short "$class" && [ ! -t 0 ]; then run; fi

notes=$cache.notes.$$
remember() {
  # Whoever typed the command does not wait for this.
  (
    "$JAVA_HOME/bin/java" -XX:AOTMode=create -XX:AOTConfiguration="$notes" -XX:AOTCache="$cache.new.$$" "${flags[@]}" $memory \
      -cp "$class_path" && mv "$cache.new.$$" "$cache"
    rm -f "$notes" "$cache.new.$$"
  ) </dev/null >/dev/null 2>&1 &
}
code=0
(run -XX:+UnlockDiagnosticVMOptions -XX:-DisplayVMOutput -XX:AOTMode=record -XX:AOTConfiguration="$notes") || code=$?
if [ $code -eq 0 ] && [ -f "$notes" ]; then remember; else rm -f "$notes"; fi
exit $code
