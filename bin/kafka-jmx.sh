#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-jmx.sh org.apache.kafka.tools.JmxTool "$@"
