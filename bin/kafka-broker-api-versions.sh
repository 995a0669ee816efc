#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-broker-api-versions.sh org.apache.kafka.tools.BrokerApiVersionsCommand "$@"
