#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-share-groups.sh org.apache.kafka.tools.consumer.group.ShareGroupCommand "$@"
