#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-share-consumer-perf-test.sh org.apache.kafka.tools.ShareConsumerPerformance "$@"
