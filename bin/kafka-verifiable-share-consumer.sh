#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-verifiable-share-consumer.sh org.apache.kafka.tools.VerifiableShareConsumer "$@"
