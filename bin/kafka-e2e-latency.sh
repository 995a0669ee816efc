#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-e2e-latency.sh org.apache.kafka.tools.EndToEndLatency "$@"
