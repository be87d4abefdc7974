#!/usr/bin/env bash
# run.sh [-n ENTITIES] [-d SECONDS] [-r RUNS] [WORKLOAD...]: what each workload costs the broker, as a multiple of a bare
# Kestrel server that answers the same requests (get page query geo patch create batch; default all).
# The server under test, with its store, has CPU 0; wrk has CPU 1. Needs wrk and curl (Debian). Durability is on.
set -uo pipefail
cd "$(dirname "$0")" || exit 2
entities=10000 seconds=5 runs=3 connections=50
while getopts "n:d:r:c:h" option; do
    case $option in
        n) entities=$OPTARG ;; d) seconds=$OPTARG ;; r) runs=$OPTARG ;; c) connections=$OPTARG ;;
        *) sed -n '2,4s/^# \{0,1\}//p' "$0"; exit 0 ;;
    esac
done
shift $((OPTIND - 1))
workloads=${*:-get page query geo patch create batch}
command -v wrk >/dev/null || { echo "needs Debian's package wrk"; exit 2; }

dotnet build -c Release -v q -nologo SmartCity.Bench && dotnet build -c Release -v q -nologo ../broker/SmartCity.Broker.Host || exit 1
bench=SmartCity.Bench/bin/Release/net10.0/SmartCity.Bench.dll
host=../broker/SmartCity.Broker.Host/bin/Release/net10.0/SmartCity.Broker.Host.dll
work=$(mktemp -d) port=$((21000 + RANDOM % 10000)); bare_port=$((port + 1))
trap 'kill $broker $bare 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT

# The clock of a process in hundredths of a second, and its resident memory in KiB.
ticks() { set -- $(sed 's/.*) //' "/proc/$1/stat"); echo $((${12} + ${13})); }
resident() { awk '/VmRSS/ { print $2 }' "/proc/$1/status"; }
until_ready() { for _ in $(seq 600); do curl -fs "http://127.0.0.1:$1/ready" >/dev/null && return; sleep 0.1; done; echo "not ready"; exit 1; }

start_broker() {
    taskset -c 0 dotnet "$host" --urls "http://127.0.0.1:$port" --data "$work/data" > "$work/broker.log" 2>&1 & broker=$!
    until_ready "$port"
}

taskset -c 0 dotnet "$bench" bare "$bare_port" & bare=$!
start_broker
until_ready "$bare_port"
empty=$(resident "$broker")
taskset -c 1 dotnet "$bench" load "http://127.0.0.1:$port" "$entities" || exit 1

sample() { # PORT PID WORKLOAD RUN -> "microseconds requests/s p50 p99 errors"
    local before after result
    before=$(ticks "$2")
    result=$(WORKLOAD=$3 N=$entities RUN=$4 taskset -c 1 wrk -t1 -c"$connections" -d"${seconds}s" -s workloads.lua "http://127.0.0.1:$1" | grep RESULT)
    after=$(ticks "$2")
    awk -v d=$((after - before)) '{ if ($2 > 0) printf "%.1f %s %s %s %s", d * 10000 / $2, $3, $4, $5, $6 }' <<<"$result"
}

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

printf '%-8s %10s %10s %7s %9s %8s %8s %7s\n' workload "us/req" "bare us" ratio "req/s" "p50 ms" "p99 ms" errors
for workload in $workloads; do
    # Warm up both before anything counts: a just-in-time compiler has no first impression to make.
    for r in w $(seq "$runs"); do
        tag=$([ $r = w ] && echo $RANDOM || echo $RANDOM)
        kill -STOP "$bare"; ours=$(sample "$port" "$broker" "$workload" "$tag"); kill -CONT "$bare"
        kill -STOP "$broker"; theirs=$(sample "$bare_port" "$bare" "$workload" "$tag"); kill -CONT "$broker"
        [ $r = w ] || echo "$ours $theirs" >> "$work/$workload"
    done
    awk '{ print $1 / $6 }' "$work/$workload" | median > "$work/ratio"
    set -- "$(cut -d' ' -f1 "$work/$workload" | median)" "$(cut -d' ' -f6 "$work/$workload" | median)" "$(cat "$work/ratio")" \
        "$(cut -d' ' -f2 "$work/$workload" | median)" "$(cut -d' ' -f3 "$work/$workload" | median)" \
        "$(cut -d' ' -f4 "$work/$workload" | median)" "$(cut -d' ' -f5 "$work/$workload" | sort -n | tail -1)"
    printf '%-8s %10s %10s %7.2f %9s %8s %8s %7s\n' "$workload" "$@"
done

echo
full=$(resident "$broker")
kill "$broker"; wait "$broker" 2>/dev/null
began=$(date +%s.%N); start_broker; ended=$(date +%s.%N)
again=$(resident "$broker")
awk -v n="$entities" -v e="$empty" -v f="$full" -v a="$again" -v b="$began" -v d="$ended" 'BEGIN {
    printf "resident: empty %d MiB; after the load %d MiB (%d bytes an entity loaded); after a restart %d MiB (%d bytes an entity)\n",
        e / 1024, f / 1024, (f - e) * 1024 / n, a / 1024, (a - e) * 1024 / n
    printf "ready again %.1f s after a restart with %d entities\n", d - b, n }'
