#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-console-producer.sh org.apache.kafka.tools.ConsoleProducer "$@"
