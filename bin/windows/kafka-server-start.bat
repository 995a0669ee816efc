@echo off
rem kafka-server-start.bat server.properties: starts Naru as people start Kafka. Wants a JDK 25 in JAVA_HOME or on the PATH.
setlocal
if "%~1"=="" (
  echo USAGE: %~nx0 server.properties 1>&2
  exit /b 1
)
set NARU_HOME=%~dp0..\..
set LIB=%NARU_HOME%\libs\server
if not exist "%LIB%" set LIB=%NARU_HOME%\apps\server\target\naru\lib
set JAVA=java
if defined JAVA_HOME set JAVA="%JAVA_HOME%\bin\java"
%JAVA% -Xms64m -XX:+UseG1GC -XX:+UseCompactObjectHeaders -XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Dio.netty.noUnsafe=false %KAFKA_HEAP_OPTS% %KAFKA_OPTS% -cp "%LIB%\*" naru.server.Main start --config %*
exit /b %ERRORLEVEL%
