#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-dump-log.sh org.apache.kafka.tools.DumpLogSegments "$@"
