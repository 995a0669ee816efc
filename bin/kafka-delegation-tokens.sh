#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-delegation-tokens.sh org.apache.kafka.tools.DelegationTokenCommand "$@"
