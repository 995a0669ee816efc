#!/usr/bin/env bash
# kafka-storage.sh random-uuid | format | info: prepares the folders of a node, as Kafka's tool of that name does.
exec "$(dirname "$(readlink -f "$0")")/../naru" storage "$@"
