#!/usr/bin/env bash
# test.sh [--long] [--no-format] [FILTER]: what CI runs. Format check, build, every test; the last line counts them.
#   --long    the crash, fuzz and load tests at their full size (hours on a small machine)
#   FILTER    a `dotnet test --filter` expression, to run a part of the tests
set -uo pipefail
cd "$(dirname "$0")" || exit 2

long=false format=true filter=""
for argument; do
    case $argument in
        --long) long=true ;;
        --no-format) format=false ;;
        -h|--help) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) filter=$argument ;;
    esac
done

say() { printf '\n== %s\n' "$*"; }

# Real peers come from Debian. A missing one is installed where we may, and its tests skip visibly where we may not.
needed() {
    command -v mosquitto >/dev/null || echo mosquitto
    command -v mosquitto_pub >/dev/null || echo mosquitto-clients
    ldconfig -p | grep -q 'libmosquitto\.so\.1' || echo libmosquitto1
    ldconfig -p | grep -q 'libsqlite3\.so\.0' || echo libsqlite3-0
    ldconfig -p | grep -q 'libicui18n\.so' || echo libicu-dev
    command -v openssl >/dev/null || echo openssl
    command -v curl >/dev/null || echo curl
}
packages=$(needed)
if [ -n "$packages" ]; then
    say "installing from Debian:" $packages
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        # shellcheck disable=SC2086
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages; } >/dev/null ||
            echo "could not install them: the tests that need them will skip"
        command -v systemctl >/dev/null && systemctl disable --now mosquitto >/dev/null 2>&1
    else
        echo "not root: the tests that need them will skip"
    fi
fi

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
if $long; then
    export SMARTCITY_CRASH_ROUNDS=200 SMARTCITY_FUZZ_REQUESTS=100000 SMARTCITY_GENERATED=10000 SMARTCITY_PAGED_ENTITIES=200000 SMARTCITY_FAULT_QUERIES=10000
fi

say "restore"
# A registry far away may fail to answer once.
dotnet restore SmartCity.sln -v q || { sleep 5; dotnet restore SmartCity.sln -v q; } || exit 1

if $format; then
    say "format"
    dotnet format SmartCity.sln --no-restore --verify-no-changes || { echo "run: dotnet format SmartCity.sln"; exit 1; }
fi

say "build"
dotnet build SmartCity.sln --no-restore -c Release -v q -nologo || exit 1

results=$(mktemp -d)
brokers=()
cleanup() {
    local broker
    for broker in ${brokers[@]+"${brokers[@]}"}; do kill "$broker" 2>/dev/null; done
    for broker in ${brokers[@]+"${brokers[@]}"}; do wait "$broker" 2>/dev/null; done
    rm -rf "$results"
}
trap cleanup EXIT

failed_runs=0 complaints=()
complain() { # WHAT IS WRONG: a failure that no test counts
    failed_runs=$((failed_runs + 1))
    complaints+=("$1")
}

run_tests() { # PROJECT [NAME]
    local name=${2:-$(basename "$1")}
    say "$name"
    dotnet test "$1" --no-build -c Release -v q -nologo --logger "trx;LogFileName=$name.trx" --results-directory "$results" \
        --blame-hang --blame-hang-timeout 6m --blame-hang-dump-type none \
        --logger "console;verbosity=normal" ${filter:+--filter "$filter"} > "$results/$name.log" 2>&1
    local code=$?
    # What failed, what was skipped, and what a test printed to be read; not the thousands that passed.
    grep -E '^\s+(Failed|Skipped) ' "$results/$name.log" | head -200
    grep -ho '\[measured\].*' "$results/$name.trx" 2>/dev/null | sed 's/&gt;/>/g; s/&lt;/</g; s/&amp;/\&/g; s/<\/StdOut>//'
    grep -E '^(Total tests|     Passed|     Failed|    Skipped| Total time)' "$results/$name.log"
    if [ $code -ne 0 ]; then
        failed_runs=$((failed_runs + 1))
        grep -qE '^\s+Failed ' "$results/$name.log" ||
            complaints+=("$name ended with $code: $(grep -m 3 -iE 'abort|hang|crash|error' "$results/$name.log" | tr -s ' \n' ' ' | cut -c -400)")
        grep -A25 -E '^\s+Failed ' "$results/$name.log" | head -400
        tail -5 "$results/$name.log"
    fi
}

for project in broker/tests/SmartCity.NgsiLd.Tests broker/tests/SmartCity.Mqtt.Tests broker/tests/SmartCity.Broker.Tests \
    adapters/tests/SmartCity.Adapters.Tests; do
    run_tests $project
done

# Below 32768, where the system takes the ports of those who call; and whoever was quicker is found out, and another port tried.
free_port() { # sets port, to the first of three that nobody listens on
    local next
    for _ in $(seq 100); do
        port=$((20000 + RANDOM % 12000))
        for next in 0 1 2; do
            (exec 3<>"/dev/tcp/localhost/$((port + next))") 2>/dev/null && continue 2
        done
        return
    done
}
taken() { grep -qiE 'address already in use|EADDRINUSE' "$@" 2>/dev/null; } # FILE...

# The conformance tests know nothing of our projects: they get addresses, of one broker and of two that are its neighbours.
start_broker() { # NAME; sets url
    local broker
    for _ in 1 2 3 4 5; do
        free_port
        url=http://localhost:$port
        ./run.sh --bare --urls "$url" --data "$results/data-$1" > "$results/$1.out" 2>&1 &
        broker=$!
        for _ in $(seq 1500); do
            kill -0 "$broker" 2>/dev/null || break
            # That it says so itself tells it from whoever was quicker.
            grep -q "listens at $url" "$results/$1.out" && curl -fs --max-time 10 "$url/ready" >/dev/null 2>&1 && brokers+=("$broker") && return
            sleep 0.2
        done
        taken "$results/$1.out" || break
    done
    brokers+=("$broker")
    echo "the broker did not become ready:"
    tail -20 "$results/$1.out"
    return 1
}
say "starting ./run.sh --bare three times for the conformance tests"
if start_broker first && export NGSILD_BROKER_URL=$url &&
    start_broker second && export NGSILD_SECOND_BROKER_URL=$url &&
    start_broker third && export NGSILD_THIRD_BROKER_URL=$url; then
    run_tests conformance-tests/SmartCity.ConformanceTests
    # Twice on the same store: a test that leaves something behind fails here.
    run_tests conformance-tests/SmartCity.ConformanceTests SmartCity.ConformanceTests-again
else
    complain "the brokers for the conformance tests did not start: $(tail -qn 1 "$results"/{first,second,third}.out 2>/dev/null | tr '\n' ' ')"
fi

check_sample() { # NAME
    local told=$results/$1.told
    say "samples/$1/run.sh --check"
    for _ in 1 2 3; do
        free_port
        "samples/$1/run.sh" --check --port "$port" --data "$results/$1" 2>&1 | tee "$told"
        [ "${PIPESTATUS[0]}" -eq 0 ] && return
        taken "$told" "$results/$1"/*.log || break
    done
    complain "samples/$1/run.sh --check: $(grep -m 1 WRONG "$told" || tail -1 "$told")"
}
check_sample federation
check_sample iot-agent

counter() { # ATTRIBUTE of <Counters .../> summed over all runs
    cat "$results"/*.trx 2>/dev/null | grep -o '<Counters [^>]*' | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{ n += $1 } END { print n + 0 }'
}
total=$(counter total) passed=$(counter passed) failed=$(counter failed) executed=$(counter executed)
skipped=$(( total - executed ))
failed=$((failed + ${#complaints[@]}))
[ $failed_runs -gt 0 ] && [ "$failed" -eq 0 ] && failed=$failed_runs

# What failed, once more and in short, where it is looked for first.
failures() {
    local log
    for log in "$results"/*.log; do
        awk -v run="$(basename "$log" .log)" '
            function tell() { if (name != "") print run ": " name "\n    " substr(text, 1, 400); name = "" }
            /^ +Failed [^:]/ { tell(); name = $0; sub(/^ +Failed +/, "", name); text = ""; lines = 0; next }
            /^ +Error Message:/ { lines = 4; next }
            /^ +Stack Trace:/ { tell(); lines = 0 }
            lines > 0 { gsub(/^ +/, ""); text = text (text == "" ? "" : " | ") $0; lines-- }
            END { tell() }' "$log"
    done
    printf '%s\n' ${complaints[@]+"${complaints[@]}"}
}
if [ $failed_runs -gt 0 ]; then
    say "failed"
    failures | head -200
fi

echo
echo "$passed passed, $failed failed$([ $skipped -gt 0 ] && echo ", $skipped skipped")"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
