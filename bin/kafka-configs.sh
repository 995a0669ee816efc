#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-configs.sh kafka.admin.ConfigCommand "$@"
