#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-streams-application-reset.sh org.apache.kafka.tools.StreamsResetter "$@"
