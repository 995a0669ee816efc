#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-client-metrics.sh org.apache.kafka.tools.ClientMetricsCommand "$@"
