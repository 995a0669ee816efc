#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-cluster.sh org.apache.kafka.tools.ClusterTool "$@"
