#!/usr/bin/env bash
# subscriptions.sh [-s MANY] [-f FEW] [-t TYPES] [-n ENTITIES] [-d SECONDS] [-r RUNS]: what a PATCH of a Vehicle costs the broker with
# few and with many active subscriptions on as many types, one of which is told; what a subscription takes in memory; and how soon
# the broker is ready again. Two brokers side by side on CPU 0, measured in turns; generator and receiver on CPU 1.
set -uo pipefail
cd "$(dirname "$0")" || exit 2
many=10000 few=100 types=100 entities=10000 seconds=3 runs=3 connections=20
while getopts "s:f:t:n:d:r:c:h" option; do
    case $option in
        s) many=$OPTARG ;; f) few=$OPTARG ;; t) types=$OPTARG ;; n) entities=$OPTARG ;; d) seconds=$OPTARG ;; r) runs=$OPTARG ;;
        c) connections=$OPTARG ;; *) sed -n '2,4s/^# \{0,1\}//p' "$0"; exit 0 ;;
    esac
done
dotnet build -c Release -v q -nologo SmartCity.Bench && dotnet build -c Release -v q -nologo ../broker/SmartCity.Broker.Host || exit 1
bench=SmartCity.Bench/bin/Release/net10.0/SmartCity.Bench.dll
host=../broker/SmartCity.Broker.Host/bin/Release/net10.0/SmartCity.Broker.Host.dll
work=$(mktemp -d) sink=$((21000 + RANDOM % 5000))
declare -A port=([few]=$((sink + 1)) [many]=$((sink + 2))) count=([few]=$few [many]=$many) pid
trap 'kill ${pid[few]:-} ${pid[many]:-} $receiver 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT
ticks() { set -- $(sed 's/.*) //' "/proc/$1/stat"); echo $((${12} + ${13})); }
resident() { awk '/VmRSS/ { print $2 }' "/proc/$1/status"; }
start() {
    taskset -c 0 dotnet "$host" --urls "http://127.0.0.1:${port[$1]}" --data "$work/$1" > "$work/$1.log" 2>&1 & pid[$1]=$!
    for _ in $(seq 600); do curl -fs "http://127.0.0.1:${port[$1]}/ready" >/dev/null && return; sleep 0.1; done
    echo "not ready"; exit 1
}

taskset -c 1 dotnet "$bench" receive "$sink" & receiver=$!
for which in few many; do
    start $which
    taskset -c 1 dotnet "$bench" load "http://127.0.0.1:${port[$which]}" "$entities" || exit 1
    sleep 1; before=$(resident "${pid[$which]}")
    taskset -c 1 dotnet "$bench" subscribe "http://127.0.0.1:${port[$which]}" "${count[$which]}" "$types" "http://127.0.0.1:$sink" || exit 1
    sleep 1; after=$(resident "${pid[$which]}")
    echo "${count[$which]} subscriptions: $(((after - before) * 1024 / count[$which])) bytes resident each"
    kill -STOP "${pid[$which]}"
done

sample() { # WHICH -> microseconds of CPU for each PATCH with its notification
    local before after result
    kill -CONT "${pid[$1]}"
    before=$(ticks "${pid[$1]}")
    result=$(WORKLOAD=patch N=$entities RUN=$RANDOM taskset -c 1 wrk -t1 -c"$connections" -d"${seconds}s" -s workloads.lua "http://127.0.0.1:${port[$1]}" | grep RESULT)
    sleep 0.5
    after=$(ticks "${pid[$1]}")
    kill -STOP "${pid[$1]}"
    awk -v d=$((after - before)) '{ printf "%.1f %s %s %s\n", d * 10000 / $2, $3, $4, $5 }' <<<"$result"
}

for run in w $(seq "$runs"); do
    for which in few many; do
        line=$(sample $which)
        [ "$run" = w ] && continue
        echo "$line" >> "$work/$which.figures"
        echo "${count[$which]} subscriptions: $line (us/PATCH, PATCH/s, p50 ms, p99 ms)"
    done
done
paste "$work/few.figures" "$work/many.figures" | awk '{ print $5 / $1 }' | sort -n |
    awk '{ v[NR] = $1 } END { printf "a PATCH costs %.2f times as much with many\n", v[int((NR + 1) / 2)] }'

kill -CONT "${pid[many]}"; kill "${pid[many]}"; wait "${pid[many]}" 2>/dev/null
began=$(date +%s.%N); start many; ended=$(date +%s.%N)
awk -v b="$began" -v e="$ended" -v n="$many" -v r="$(resident "${pid[many]}")" 'BEGIN {
    printf "ready again %.1f s after a restart with %d subscriptions, %d MiB resident\n", e - b, n, r / 1024 }'
