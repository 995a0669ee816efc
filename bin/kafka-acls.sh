#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/kafka-tool.sh" kafka-acls.sh org.apache.kafka.tools.AclCommand "$@"
