#!/usr/bin/env bash
# federation.sh [-p PARTS] [-s REGISTRATIONS] [-n ENTITIES] [-d SECONDS] [-r RUNS] [-q QUERIES]: what federation costs the broker.
#   (a) a retrieve and a query with many registrations of which none matches, against none at all
#   (b) a retrieve of what another broker has, against what the broker has itself, and against bare Kestrel that passes it on unseen
#   (c) QUERIES queries over ten sources of which three fail: threads, handles, connections and memory of the broker (0 for none)
#   PARTS are the letters of those wanted, otherwise all.
# Three brokers side by side on CPU 0, measured in turns; the source of (b) and the generator are on CPU 1.
set -uo pipefail
cd "$(dirname "$0")" || exit 2
parts=abc many=1000 entities=10000 seconds=3 runs=5 connections=20 queries=10000
while getopts "p:s:n:d:r:c:q:h" option; do
    case $option in
        p) parts=$OPTARG ;; s) many=$OPTARG ;; n) entities=$OPTARG ;; d) seconds=$OPTARG ;; r) runs=$OPTARG ;; c) connections=$OPTARG ;; q) queries=$OPTARG ;;
        *) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
    esac
done
command -v wrk >/dev/null || { echo "needs Debian's package wrk"; exit 2; }
dotnet build -c Release -v q -nologo SmartCity.Bench && dotnet build -c Release -v q -nologo ../broker/SmartCity.Broker.Host || exit 1
bench=SmartCity.Bench/bin/Release/net10.0/SmartCity.Bench.dll
host=../broker/SmartCity.Broker.Host/bin/Release/net10.0/SmartCity.Broker.Host.dll
work=$(mktemp -d) base=$((21000 + RANDOM % 5000))
declare -A port=([none]=$base [many]=$((base + 1)) [hop]=$((base + 2)) [source]=$((base + 3)) [faults]=$((base + 4)) [bare]=$((base + 5))) cpu=([source]=1) pid
trap 'kill -CONT ${pid[@]} 2>/dev/null; kill ${pid[@]} 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT
ticks() { set -- $(sed 's/.*) //' "/proc/$1/stat"); echo $((${12} + ${13})); }
url() { echo "http://localhost:${port[$1]}"; }
start() {
    local program=("$host" --urls "$(url "$1")" --alias "$1" --data "$work/$1")
    [ "$1" = bare ] && program=("$bench" forward "$(url bare)" "$(url source)")
    taskset -c "${cpu[$1]:-0}" dotnet "${program[@]}" > "$work/$1.log" 2>&1 & pid[$1]=$!
    for _ in $(seq 600); do curl -fs "$(url "$1")/ready" >/dev/null && return; sleep 0.1; done
    echo "not ready"; exit 1
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

case $parts in *a*b* | *b*a*) brokers='none many hop source bare' ;; *a*) brokers='none many' ;; *b*) brokers='none hop source bare' ;; *) brokers= ;; esac
for which in $brokers; do
    start $which
    [[ $which = hop || $which = bare ]] || taskset -c 1 dotnet "$bench" load "$(url $which)" "$entities" || exit 1
    case $which in
        many) taskset -c 1 dotnet "$bench" register "$(url many)" "$many" || exit 1 ;;
        hop) curl -fs -o /dev/null "$(url hop)/ngsi-ld/v1/csourceRegistrations" -H 'Content-Type: application/json' -d '
            {"id":"urn:ngsi-ld:ContextSourceRegistration:hop","type":"ContextSourceRegistration","mode":"redirect","operations":["redirectionOps"],
             "information":[{"entities":[{"type":"Vehicle"}]}],"endpoint":"'"$(url source)"'"}' || { echo "not registered"; exit 1; } ;;
    esac
    sleep 2
    [ $which = source ] || kill -STOP "${pid[$which]}"
done

sample() { # WHICH WORKLOAD -> microseconds of CPU for each request, requests/s, p50 ms, p99 ms, errors
    local before after result
    kill -CONT "${pid[$1]}"
    before=$(ticks "${pid[$1]}")
    result=$(WORKLOAD=$2 N=$entities RUN=$RANDOM taskset -c 1 wrk -t1 -c"$connections" -d"${seconds}s" -s workloads.lua "$(url "$1")" | grep RESULT)
    after=$(ticks "${pid[$1]}")
    kill -STOP "${pid[$1]}"
    awk -v d=$((after - before)) '{ if ($2 > 0) printf "%.1f %s %s %s %s\n", d * 10000 / $2, $3, $4, $5, $6 }' <<<"$result"
}

pair() { # ONE OTHER WORKLOAD: appends "us of one, us of the other" of each run to $work/ONE-OTHER-WORKLOAD
    local run one other turn=0
    # Warm up both before anything counts.
    for run in w w $(seq "$runs"); do
        if [ $((turn++ % 2)) = 0 ]; then one=$(sample "$1" "$3"); other=$(sample "$2" "$3")
        else other=$(sample "$2" "$3"); one=$(sample "$1" "$3"); fi
        [ "$run" = w ] && continue
        echo "$3: $1 $one; $2 $other (us/req, req/s, p50 ms, p99 ms, errors)"
        echo "$one $other" >> "$work/$1-$2-$3"
    done
}

if [[ $parts = *a* ]]; then
    for workload in get query page; do
        pair none many $workload
        printf '%s costs %.2f times as much with %d registrations of which none matches\n' $workload \
            "$(awk '{ print $6 / $1 }' "$work/none-many-$workload" | median)" "$many"
    done
fi
if [[ $parts = *b* ]]; then
    pair none hop get
    printf 'a hop adds %.2f times the CPU of a local retrieve\n' "$(awk '{ print ($6 - $1) / $1 }' "$work/none-hop-get" | median)"
    pair bare hop get
    printf 'a hop costs %.2f times what bare Kestrel and HTTP client cost\n' "$(awk '{ print $6 / $1 }' "$work/bare-hop-get" | median)"
    kill -STOP "${pid[source]}"
fi

[[ $parts = *c* && $queries -gt 0 ]] || exit 0
start faults
dotnet "$bench" faults "$(url faults)" "${pid[faults]}" "$queries"
