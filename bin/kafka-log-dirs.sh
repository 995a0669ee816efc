#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-log-dirs.sh org.apache.kafka.tools.LogDirsCommand "$@"
