#!/usr/bin/env bash
# Where every kafka-*.sh comes through: kafka-tool.sh SCRIPT CLASS [ARGUMENT...]. Older spellings of options become today's.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
export tool=$1
class=$2
shift 2

say() {
  echo "$tool: $*" >&2
}

arguments=()
while [ $# -gt 0 ]; do
  case $1 in
  --broker-list)
    arguments+=(--bootstrap-server)
    ;;
  --broker-list=*)
    arguments+=("--bootstrap-server=${1#*=}")
    ;;
  --zookeeper | --zookeeper=*)
    case " $* ${arguments[*]-} " in
    *" --create "* | *" --list "* | *" --describe "*) ;;
    *)
      say "there is no ZooKeeper any more, and what this command does there has to be asked of a broker: use --bootstrap-server HOST:PORT"
      exit 1
      ;;
    esac
    say "there is no ZooKeeper any more; asking the broker at localhost:9092 instead (--bootstrap-server HOST:PORT names another)"
    arguments+=(--bootstrap-server localhost:9092)
    if [ "$1" = --zookeeper ]; then
      if [ $# -lt 2 ]; then
        say "--zookeeper needs a value, or rather --bootstrap-server does"
        exit 1
      fi
      shift
    fi
    ;;
  *)
    arguments+=("$1")
    ;;
  esac
  shift
done
exec "$here/kafka-run-class.sh" "$class" "${arguments[@]+"${arguments[@]}"}"
