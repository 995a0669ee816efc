#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-verifiable-producer.sh org.apache.kafka.tools.VerifiableProducer "$@"
