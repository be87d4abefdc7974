#!/usr/bin/env bash
# fanout.sh [-s SUBSCRIPTIONS] [-n ENTITIES] [-d SECONDS]: notifications per second while Vehicles are patched as fast as they
# can be, and whether each one arrives. Broker on CPU 0; generator and receiver on CPU 1.
set -uo pipefail
cd "$(dirname "$0")" || exit 2
subscriptions=10 entities=10000 seconds=5 connections=20
while getopts "s:n:d:c:h" option; do
    case $option in
        s) subscriptions=$OPTARG ;; n) entities=$OPTARG ;; d) seconds=$OPTARG ;; c) connections=$OPTARG ;;
        *) sed -n '2,3s/^# \{0,1\}//p' "$0"; exit 0 ;;
    esac
done
dotnet build -c Release -v q -nologo SmartCity.Bench && dotnet build -c Release -v q -nologo ../broker/SmartCity.Broker.Host || exit 1
bench=SmartCity.Bench/bin/Release/net10.0/SmartCity.Bench.dll
host=../broker/SmartCity.Broker.Host/bin/Release/net10.0/SmartCity.Broker.Host.dll
work=$(mktemp -d) port=$((21000 + RANDOM % 10000)); sink=$((port + 1))
trap 'kill $broker $receiver 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT
taskset -c 0 dotnet "$host" --urls "http://127.0.0.1:$port" --data "$work/data" > "$work/broker.log" 2>&1 & broker=$!
taskset -c 1 dotnet "$bench" receive "$sink" & receiver=$!
for _ in $(seq 100); do curl -fs "http://127.0.0.1:$port/ready" >/dev/null && break; sleep 0.1; done
dotnet "$bench" load "http://127.0.0.1:$port" "$entities" || exit 1
received() { curl -fs "http://127.0.0.1:$sink/count"; }

for i in $(seq "$subscriptions"); do
    curl -fs -o /dev/null "http://127.0.0.1:$port/ngsi-ld/v1/subscriptions" -H 'Content-Type: application/json' -d @- <<END || exit 1
{"id":"urn:ngsi-ld:Subscription:fanout:$i","type":"Subscription","entities":[{"type":"Vehicle"}],"watchedAttributes":["speed"],
 "notification":{"endpoint":{"uri":"http://127.0.0.1:$sink/$i","accept":"application/json"}}}
END
done
sleep 1
before=$(received)
result=$(WORKLOAD=patch N=$entities taskset -c 1 wrk -t1 -c"$connections" -d"${seconds}s" -s workloads.lua "http://127.0.0.1:$port" | grep RESULT)
set -- $result
at_end=$(($(received) - before)) expected=$(($2 * subscriptions))
echo "patches $2 ($3/s, p50 $4 ms, p99 $5 ms, errors $6); notifications $at_end in $seconds s: $((at_end / seconds))/s"

# A PATCH with the value that was there already changes nothing and tells nobody: of 200 values one in 200 is such a one.
last=-1 waited=0
while now=$(($(received) - before)); [ "$now" -ne "$last" ]; do last=$now; sleep 2; waited=$((waited + 2)); done
echo "drained after $waited s more: $last of about $((expected - expected / 200)) (at most $expected)"
