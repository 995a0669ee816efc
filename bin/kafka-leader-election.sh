#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-leader-election.sh org.apache.kafka.tools.LeaderElectionCommand "$@"
