#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-metadata-quorum.sh org.apache.kafka.tools.MetadataQuorumCommand "$@"
