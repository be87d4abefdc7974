#!/usr/bin/env bash
# isolation.sh [-b BAD] [-n CHANGES]: how long a sound endpoint waits for its notifications, alone and beside BAD dead ones, BAD that
# take ten seconds and BAD that answer 500. Broker on CPU 0; everything else on CPU 1.
set -uo pipefail
cd "$(dirname "$0")" || exit 2
bad=10 changes=1000
while getopts "b:n:h" option; do
    case $option in b) bad=$OPTARG ;; n) changes=$OPTARG ;; *) sed -n '2,3s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
done
dotnet build -c Release -v q -nologo SmartCity.Bench && dotnet build -c Release -v q -nologo ../broker/SmartCity.Broker.Host || exit 1
work=$(mktemp -d) port=$((21000 + RANDOM % 10000))
trap 'kill $broker 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT
taskset -c 0 dotnet ../broker/SmartCity.Broker.Host/bin/Release/net10.0/SmartCity.Broker.Host.dll \
    --urls "http://127.0.0.1:$port" --data "$work/data" > "$work/broker.log" 2>&1 & broker=$!
for _ in $(seq 100); do curl -fs "http://127.0.0.1:$port/ready" >/dev/null && break; sleep 0.1; done
taskset -c 1 dotnet SmartCity.Bench/bin/Release/net10.0/SmartCity.Bench.dll latency "http://127.0.0.1:$port" "$bad" "$changes"
