# What the samples that run something share: options, the build, processes that end together, and questions whose answers are known.
# A sample says where it is (here=...) and sources this file with its arguments; the lines 2 to 6 of the sample are its help.
root=$here/../..
port=1026 data=./data/$(basename "$here") check=false
while [ $# -gt 0 ]; do
    case $1 in
        --port) port=${2:?--port needs a number}; shift ;;
        --data) data=${2:?--data needs a folder}; shift ;;
        --check) check=true ;;
        *) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 0 ;;
    esac
    shift
done
command -v dotnet >/dev/null || { echo "needs the .NET SDK 10: https://dot.net/download"; exit 2; }
command -v curl >/dev/null || { echo "needs curl"; exit 2; }
mkdir -p "$data" && data=$(cd "$data" && pwd) || exit 2

build() {
    local told
    export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
    echo "Building the broker ..."
    told=$(dotnet build "$root/broker/SmartCity.Broker.Host" -c Release -v q -nologo 2>&1) || { echo "$told"; exit 1; }
}

names=() processes=()
stop() { # [EXIT CODE]
    trap '' INT TERM
    kill -TERM ${processes[@]+"${processes[@]}"} 2>/dev/null
    wait 2>/dev/null
    $check || echo "Stopped. Data is kept in $data."
    exit "${1:-0}"
}
trap stop INT TERM

start() { # NAME, command with arguments
    local name=$1
    shift
    # In a process group of its own: Ctrl-C comes to the sample alone.
    set -m
    "$@" </dev/null >"$data/$name.log" 2>&1 &
    names+=("$name") processes+=($!)
}
start_hub() { # NAME, ADDRESS, arguments
    local name=$1 address=$2
    shift 2
    start "$name" dotnet "$root/broker/SmartCity.Broker.Host/bin/Release/net10.0/SmartCity.Broker.Host.dll" \
        --urls "$address" --data "$data/$name" --log-level Warning "$@"
}
process() { # NAME
    local n
    for n in "${!names[@]}"; do [ "${names[n]}" = "$1" ] && echo "${processes[n]}"; done
}
started() { # NAME, address that answers when it is ready
    local id
    id=$(process "$1")
    until curl -fs --max-time 10 "$2" >/dev/null; do
        kill -0 "$id" 2>/dev/null || { echo "$1 did not start:"; tail -5 "$data/$1.log"; stop 1; }
        sleep 0.1
    done
}
end() { # TITLE, NAME: ends one of them in a check, and says how otherwise
    local id
    id=$(process "$2")
    $check || { printf '\n%s\n  kill %s\n' "$1" "$id"; return; }
    kill -TERM "$id"
    wait "$id" 2>/dev/null
}

failures=0 patience=60
show() { # TITLE, EXPECTED (extended regular expressions, ^ before what must not be there), curl arguments
    local title=$1 expected=$2 begun=$SECONDS answer wanted missing
    shift 2
    if ! $check; then
        printf '\n%s\n  curl' "$title"
        for argument; do case $argument in -*) printf ' %s' "$argument" ;; *) printf " '%s'" "$argument" ;; esac; done
        echo
        return
    fi
    # Neighbours and devices answer when they do, and later on a machine that has other things to do.
    while :; do
        answer=$(curl -s --max-time 30 "$@") || answer="no answer"
        missing=
        for wanted in $expected; do
            if [ "${wanted#^}" != "$wanted" ]; then
                grep -qE -- "${wanted#^}" <<<"$answer" && missing="not ${wanted#^}" && break
            else
                grep -qE -- "$wanted" <<<"$answer" || { missing=$wanted; break; }
            fi
        done
        [ -z "$missing" ] && { echo "right: $title"; return; }
        [ $((SECONDS - begun)) -lt "$patience" ] || break
        sleep 0.2
    done
    printf 'WRONG: %s\n  expected %s in: %s\n' "$title" "$missing" "$answer"
    failures=$((failures + 1))
}
give() { local patience=0; show "$@"; } # A command, which is given once.

finish() { # Says what was wrong in a check, and otherwise waits for Ctrl-C or for the end of what was started first.
    if $check; then
        [ $failures -eq 0 ] && echo "Everything is as it should be."
        stop $((failures > 0))
    fi
    printf '\nData is kept in %s. Ctrl-C stops everything.\n' "$data"
    wait "${processes[0]}"
    stop $?
}
