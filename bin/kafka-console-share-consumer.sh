#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-console-share-consumer.sh org.apache.kafka.tools.consumer.ConsoleShareConsumer "$@"
