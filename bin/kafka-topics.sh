#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-topics.sh org.apache.kafka.tools.TopicCommand "$@"
