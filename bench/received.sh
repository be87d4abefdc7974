#!/usr/bin/env bash
# received.sh [-d SECONDS] [-f FOLDER]: how fast the broker takes notifications of a Context Source, which are on the disk before it answers.
# Broker, with its store in FOLDER (default: the folder for temporary files), on CPU 0; everything else on CPU 1.
set -uo pipefail
cd "$(dirname "$0")" || exit 2
seconds=5 folder=${TMPDIR:-/tmp}
while getopts "d:f:h" option; do
    case $option in d) seconds=$OPTARG ;; f) folder=$OPTARG ;; *) sed -n '2,3s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
done
dotnet build -c Release -v q -nologo SmartCity.Bench && dotnet build -c Release -v q -nologo ../broker/SmartCity.Broker.Host || exit 1
work=$(mktemp -d -p "$folder") port=$((21000 + RANDOM % 10000))
trap 'kill $broker 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT
taskset -c 0 dotnet ../broker/SmartCity.Broker.Host/bin/Release/net10.0/SmartCity.Broker.Host.dll \
    --urls "http://127.0.0.1:$port" --data "$work/data" > "$work/broker.log" 2>&1 & broker=$!
for _ in $(seq 100); do curl -fs "http://127.0.0.1:$port/ready" >/dev/null && break; sleep 0.1; done
taskset -c 1 dotnet SmartCity.Bench/bin/Release/net10.0/SmartCity.Bench.dll received "http://127.0.0.1:$port" "$seconds"
