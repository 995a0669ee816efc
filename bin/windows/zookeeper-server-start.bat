@echo off
echo ZooKeeper is not needed: a broker keeps the cluster's metadata itself. Go on with kafka-server-start.bat config\server.properties
