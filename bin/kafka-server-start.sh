#!/usr/bin/env bash
# kafka-server-start.sh [-daemon] server.properties [--override property=value]*: starts Naru as people start Kafka.
# LOG_DIR says where the log of a daemon goes (default: logs beside bin); KAFKA_HEAP_OPTS, KAFKA_OPTS and JMX_PORT mean what they mean to Kafka.
set -euo pipefail
home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)

usage() {
  echo "USAGE: $(basename "$0") [-daemon] server.properties [--override property=value]*" >&2
  exit 1
}

[ $# -gt 0 ] || usage
daemon=no name=kafkaServer
while :; do
  case ${1:-} in
  -daemon) daemon=yes ;;
  -name)
    [ $# -gt 1 ] || usage
    name=$2
    shift
    ;;
  -loggc) ;; # the collector's log is -Xlog:gc in KAFKA_OPTS
  *) break ;;
  esac
  shift
done
[ $# -gt 0 ] || usage
arguments=(start --config "$1")
shift
while [ $# -gt 0 ]; do
  case $1 in
  --override)
    [ $# -gt 1 ] || usage
    arguments+=(--set "$2")
    shift
    ;;
  --override=*) arguments+=(--set "${1#*=}") ;;
  *) usage ;;
  esac
  shift
done
if [ -n "${JMX_PORT:-}" ]; then
  export KAFKA_OPTS="${KAFKA_OPTS:-} -Dcom.sun.management.jmxremote -Dcom.sun.management.jmxremote.port=$JMX_PORT -Dcom.sun.management.jmxremote.authenticate=false -Dcom.sun.management.jmxremote.ssl=false"
fi
if [ $daemon = no ]; then exec "$home/naru" "${arguments[@]}"; fi

logs=${LOG_DIR:-$home/logs}
if ! mkdir -p "$logs" 2>/dev/null || [ ! -w "$logs" ]; then
  echo "$(basename "$0"): nothing can be written into the folder $logs, where the log should go; name another with LOG_DIR" >&2
  exit 1
fi
# It comes back when clients are served, so that the next command of a script finds a broker.
exec "$home/naru" "${arguments[@]}" --background --log "$logs/server.log" >/dev/null
