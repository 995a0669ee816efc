#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-replica-verification.sh org.apache.kafka.tools.ReplicaVerificationTool "$@"
