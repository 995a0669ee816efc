#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-groups.sh org.apache.kafka.tools.GroupsCommand "$@"
