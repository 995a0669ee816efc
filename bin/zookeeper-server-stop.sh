#!/usr/bin/env bash
echo "ZooKeeper is not needed, so none runs here."
