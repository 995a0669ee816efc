#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-streams-groups.sh org.apache.kafka.tools.streams.StreamsGroupCommand "$@"
