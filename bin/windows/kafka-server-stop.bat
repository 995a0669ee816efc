@echo off
rem Asks brokers on this machine to stop.
wmic process where (commandline like "%%naru.server.Main%%start%%" and not name="wmic.exe") delete
