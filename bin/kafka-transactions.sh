#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-transactions.sh org.apache.kafka.tools.TransactionsCommand "$@"
