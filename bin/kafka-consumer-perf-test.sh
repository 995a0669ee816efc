#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-consumer-perf-test.sh org.apache.kafka.tools.ConsumerPerformance "$@"
