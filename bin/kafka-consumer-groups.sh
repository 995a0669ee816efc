#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-consumer-groups.sh org.apache.kafka.tools.consumer.group.ConsumerGroupCommand "$@"
