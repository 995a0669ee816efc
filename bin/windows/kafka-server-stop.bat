@echo off
rem Ends the brokers on this machine. Windows has no way to ask a program without a window to end, so they end as after a loss of
rem power, which loses nothing that was acknowledged; the next start takes a little longer.
powershell -NoProfile -Command "$brokers = @(Get-CimInstance Win32_Process | Where-Object { $_.Name -like 'java*' -and $_.CommandLine -like '*naru.server.Main*start*' }); if ($brokers.Count -eq 0) { [Console]::Error.WriteLine('No kafka server to stop'); exit 1 }; $brokers | ForEach-Object { Stop-Process -Force -ErrorAction Stop -Id $_.ProcessId }"
exit /b %ERRORLEVEL%
