#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-get-offsets.sh org.apache.kafka.tools.GetOffsetShell "$@"
