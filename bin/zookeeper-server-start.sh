#!/usr/bin/env bash
echo "ZooKeeper is not needed: a broker keeps the cluster's metadata itself. Go on with bin/kafka-server-start.sh config/server.properties"
