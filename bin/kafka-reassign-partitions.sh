#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-reassign-partitions.sh org.apache.kafka.tools.reassign.ReassignPartitionsCommand "$@"
