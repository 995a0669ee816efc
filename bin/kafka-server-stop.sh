#!/usr/bin/env bash
# kafka-server-stop.sh [--process-role=broker|controller] [--node-id=N]: asks brokers on this machine to stop, as Kafka's script does.
set -euo pipefail

signal=${SIGNAL:-TERM}
role= node=
while [ $# -gt 0 ]; do
  case $1 in
  --process-role=*) role=${1#*=} ;;
  --node-id=*) node=${1#*=} ;;
  --process-role | --node-id)
    if [ $# -lt 2 ]; then
      echo "$(basename "$0"): $1 needs a value" >&2
      exit 1
    fi
    if [ "$1" = --node-id ]; then node=$2; else role=$2; fi
    shift
    ;;
  *)
    echo "$(basename "$0"): unknown option $1; known are --process-role=broker|controller and --node-id=N" >&2
    exit 1
    ;;
  esac
  shift
done

# What a running broker was told of a key: the last --set, or else its file.
told() { # PID KEY
  local words word config= value=
  mapfile -d '' -t words <"/proc/$1/cmdline" 2>/dev/null || return 0
  for ((i = 0; i < ${#words[@]}; i++)); do
    word=${words[i + 1]-}
    case ${words[i]} in
    --config) config=$word ;;
    --set) [ "${word%%=*}" = "$2" ] && value=${word#*=} ;;
    esac
  done
  case $config in '' | /*) ;; *) config=$(readlink "/proc/$1/cwd")/$config ;; esac
  if [ -z "$value" ] && [ -f "$config" ]; then
    value=$(sed -n "s/^ *${2//./\\.} *[=:] *//p" "$config" | tail -1)
  fi
  echo "$value"
}

found=()
for pid in $(ps ax -o pid=,args= | awk '/naru\.server\.Main start/ && !/awk/ {print $1}'); do
  if [ -n "$node" ]; then
    id=$(told "$pid" node.id)
    [ "${id:-$(told "$pid" broker.id)}" = "$node" ] || continue
  fi
  if [ -n "$role" ]; then
    case ,$(told "$pid" process.roles | tr -d ' '), in *,"$role",* | ,,) ;; *) continue ;; esac
  fi
  found+=("$pid")
done
if [ ${#found[@]} -eq 0 ]; then
  echo "No kafka server to stop" >&2
  exit 1
fi
code=0
for pid in "${found[@]}"; do
  # One that has ended by itself meanwhile is no failure.
  if ! kill -s "$signal" "$pid" 2>/dev/null && ps -p "$pid" >/dev/null; then
    echo "$(basename "$0"): there is no permission to stop broker $pid; it belongs to another user, so stop it as that one" >&2
    code=1
  fi
done
exit $code
