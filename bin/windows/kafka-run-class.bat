@echo off
rem Runs a class of Kafka's own command lines: kafka-run-class.bat CLASS [ARGUMENT...]. Wants a JDK 25 in JAVA_HOME or on the PATH.
setlocal
set NARU_HOME=%~dp0..\..
set TOOLS=%NARU_HOME%\libs\tools
if not exist "%TOOLS%" set TOOLS=%NARU_HOME%\apps\dist\target\tools
if not exist "%TOOLS%" (
  echo %~n0: Kafka's command lines are not here. Unpack the full download, or run bin/kafka-topics.sh once in a checkout. 1>&2
  exit /b 1
)
if not defined KAFKA_HEAP_OPTS set KAFKA_HEAP_OPTS=-Xmx256M
set JAVA=java
if defined JAVA_HOME set JAVA="%JAVA_HOME%\bin\java"
%JAVA% %KAFKA_HEAP_OPTS% %KAFKA_OPTS% -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp "%TOOLS%\*" %*
exit /b %ERRORLEVEL%
