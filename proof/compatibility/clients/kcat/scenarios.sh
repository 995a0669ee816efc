#!/usr/bin/env bash
# What people do with kcat: scenarios.sh BOOTSTRAP PREFIX SCENARIO. Ends with 0 when it happened.
set -euo pipefail
bootstrap=$1 prefix=$2 scenario=$3

produce() { # topic, then options
  seq -f 'value-%g' 0 99 | kcat -b "$bootstrap" -P -t "$1" -p 0 "${@:2}"
}

read_all() { # topic, then options
  kcat -b "$bootstrap" -C -t "$1" -p 0 -e -q "${@:2}"
}

expect() { # what, wanted, found
  if [ "$2" != "$3" ]; then
    echo "$1: wanted $2, found $3"
    exit 1
  fi
}

everything=$(seq -f 'value-%g' 0 99)

case $scenario in
version) kcat -V | sed -n 's/^Version \([0-9.]*\).*/kcat \1/p' ;;
acks-and-compression)
  for acks in 0 1 all; do
    for codec in none gzip snappy lz4 zstd; do
      produce "$prefix-$acks-$codec" -z "$codec" -X acks=$acks
      # With acks=0 nobody says when the records are there: kcat is asked for exactly as many as there must be.
      expect "$acks $codec" "$everything" "$(timeout 20 kcat -b "$bootstrap" -C -t "$prefix-$acks-$codec" -p 0 -o beginning -c 100 -q)"
    done
  done
  ;;
seek)
  produce "$prefix-seek" -k key -H number=1
  expect "from 40" "$(seq 40 99 | awk '{print $1, "value-" $1, "key number=1"}')" \
    "$(read_all "$prefix-seek" -o 40 -f '%o %s %k %h\n')"
  expect "the last ten" "$(seq -f 'value-%g' 90 99)" "$(read_all "$prefix-seek" -o -10)"
  expect "the end" "$prefix-seek [0] offset 100" "$(kcat -b "$bootstrap" -Q -t "$prefix-seek:0:-1")"
  expect "the beginning" "$prefix-seek [0] offset 0" "$(kcat -b "$bootstrap" -Q -t "$prefix-seek:0:-2")"
  ;;
commit)
  produce "$prefix-commit"
  group=(timeout 30 kcat -b "$bootstrap" -G "$prefix-committing" -q -X auto.offset.reset=earliest -X enable.auto.offset.store=true)
  expect "the first thirty" "$(seq -f 'value-%g' 0 29)" "$("${group[@]}" -c 30 "$prefix-commit")"
  expect "the rest" "$(seq -f 'value-%g' 30 99)" "$("${group[@]}" -e "$prefix-commit")"
  ;;
reset)
  produce "$prefix-reset"
  expect "earliest" "$everything" "$(timeout 30 kcat -b "$bootstrap" -G "$prefix-earliest" -q -e -X auto.offset.reset=earliest "$prefix-reset")"
  expect "latest" "" "$(timeout 30 kcat -b "$bootstrap" -G "$prefix-latest" -q -e -X auto.offset.reset=latest "$prefix-reset")"
  if timeout 30 kcat -b "$bootstrap" -G "$prefix-none" -q -e -X auto.offset.reset=error "$prefix-reset"; then
    echo "error refuses to guess"
    exit 1
  fi
  ;;
idempotent)
  produce "$prefix-idempotent" -X enable.idempotence=true
  expect "all of them" "$everything" "$(read_all "$prefix-idempotent")"
  ;;
member)
  exec stdbuf -oL kcat -b "$bootstrap" -G "$prefix-group" -u -f 'read %s\n' -X auto.offset.reset=earliest \
    -X session.timeout.ms=6000 -X heartbeat.interval.ms=500 -X auto.commit.interval.ms=100 "$prefix-shared"
  ;;
esac
