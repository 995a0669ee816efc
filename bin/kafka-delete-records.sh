#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-delete-records.sh org.apache.kafka.tools.DeleteRecordsCommand "$@"
