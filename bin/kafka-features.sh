#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-features.sh org.apache.kafka.tools.FeatureCommand "$@"
