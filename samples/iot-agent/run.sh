#!/usr/bin/env bash
# run.sh [--port PORT] [--data DIR] [--check]: a hub and a FIWARE IoT Agent with a valve and a lamp, on this machine.
#   --port PORT   of the hub; the agent has the next one (default 1026)
#   --data DIR    where the hub keeps its data, and the agent its packages (default ./data/iot-agent)
#   --check       asks everything that there is to try, says whether the answers are right, and ends
# Needs the .NET SDK, curl, and Node.js 20 with npm, which fetches FIWARE's library. Ctrl-C stops both.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd) || exit 2
root=$here/../..
port=1026 data=./data/iot-agent check=false
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
skip() { echo "SKIPPED samples/iot-agent: $1"; exit 0; }
command -v node >/dev/null && command -v npm >/dev/null || skip "Node.js and npm are not installed"
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 20 ] || skip "Node.js is version $major, and FIWARE's library needs 20"

mkdir -p "$data/agent" || exit 2
data=$(cd "$data" && pwd)
cp "$here/package.json" "$data/agent/"
echo "Fetching FIWARE's library ..."
told=$(npm install --prefix "$data/agent" --no-audit --no-fund --no-package-lock --fetch-retries 1 2>&1) ||
    skip "npm cannot fetch the packages: $(grep -m 2 error <<<"$told" | tr '\n' ' ')"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
echo "Building the broker ..."
told=$(dotnet build "$root/broker/SmartCity.Broker.Host" -c Release -v q -nologo 2>&1) || { echo "$told"; exit 1; }

hub=http://localhost:$port agent=http://localhost:$((port + 1)) processes=()

# Both stand in process groups of their own: Ctrl-C comes to this script alone.
set -m
stop() {
    trap '' INT TERM
    kill -TERM ${processes[@]+"${processes[@]}"} 2>/dev/null
    wait 2>/dev/null
    $check || echo "Stopped. What the hub knows is kept in $data."
    exit "${1:-0}"
}
trap stop INT TERM
started() { # NAME, ADDRESS; it is the last process
    while kill -0 "${processes[-1]}" 2>/dev/null; do curl -fs --max-time 10 "$2" >/dev/null && return; sleep 0.1; done
    echo "the $1 did not start:"
    tail -5 "$data/$1.log"
    stop 1
}

dotnet "$root/broker/SmartCity.Broker.Host/bin/Release/net10.0/SmartCity.Broker.Host.dll" \
    --urls "$hub" --data "$data/hub" --log-level Warning </dev/null >"$data/hub.log" 2>&1 &
processes+=($!)
started hub "$hub/ready"
NODE_PATH=$data/agent/node_modules BROKER_URL=$hub AGENT_PORT=$((port + 1)) node "$here/agent.js" </dev/null >"$data/agent.log" 2>&1 &
processes+=($!)
started agent "$agent/version"

# The agent keeps its devices in memory, and registers them again whenever it starts.
api=$hub/ngsi-ld/v1 tenant='NGSILD-Tenant: waterworks' service='fiware-service: waterworks' path='fiware-servicepath: /'
valve=$api/entities/urn:ngsi-ld:Valve:17 lamp=$api/entities/urn:ngsi-ld:Streetlight:3
told=$(curl -s --max-time 30 -w '\n%{http_code}' -H "$service" -H "$path" -H 'Content-Type: application/json' "$agent/iot/devices" -d @"$here/devices.json")
[ "${told##*$'\n'}" = 201 ] || { echo "the agent refused the devices: $told"; tail -5 "$data/agent.log"; stop 1; }

failures=0
show() { # TITLE, EXPECTED (extended regular expressions, ^ before what must not be there), curl arguments
    local title=$1 expected=$2 answer wanted missing
    shift 2
    if ! $check; then
        printf '\n%s\n  curl' "$title"
        for argument; do case $argument in -*) printf ' %s' "$argument" ;; *) printf " '%s'" "$argument" ;; esac; done
        echo
        return
    fi
    # What comes from the device comes when it comes.
    for _ in $(seq 150); do
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
        # A command is given once.
        case " $* " in *" -X "*) break ;; esac
        sleep 0.2
    done
    printf 'WRONG: %s\n  expected %s in: %s\n' "$title" "$missing" "$answer"
    failures=$((failures + 1))
}

if ! $check; then
    cat <<TEXT

Running:
  a hub                $hub
  a FIWARE IoT Agent   $agent   which has a valve and a lamp, and has registered them at the hub in the tenant waterworks
Try:
TEXT
fi
json='Content-Type: application/json'
show "What the agent has registered: exclusively the lazy Attribute and the command of the valve:" '"mode":"exclusive" opening move ^pressure' \
    -H "$tenant" "$api/csourceRegistrations?type=Valve"
show "What the hub has of the valve: its measures, which the agent has sent, each with its time:" 'pressure unitCode observedAt ^opening' \
    -H "$tenant" "$valve?local=true"
show "How far it is open the hub asks the agent, and the agent the valve (lazy):" 'pressure "opening":100' -H "$tenant" "$valve?format=simplified"
show "Close it to 40 %; the hub passes the command on:" ' 204' -i -X PATCH -H "$tenant" -H "$json" -d '{"value":40}' "$valve/attrs/move"
show "The result has come back, and a measure after it; the valve stands where it should:" \
    '"move_status":"OK" "move_info":"stands.at.40' -H "$tenant" "$valve?format=simplified"
show "A query filters by what only the valve knows:" '"opening":40 "pressure":5' -G -H "$tenant" "$api/entities" -d type=Valve -d format=simplified \
    --data-urlencode 'q=opening<50'
show "The valve refuses 400 %; the command is taken all the same:" ' 204' -i -X PATCH -H "$tenant" -H "$json" -d '{"value":400}' "$valve/attrs/move"
show "and the refusal comes back as a result:" '"move_status":"ERROR" not.possible "opening":40' -H "$tenant" "$valve?format=simplified"
show "Light the lamp, and name it, in one request; the hub keeps the name itself:" ' 204' -i -X PATCH -H "$tenant" -H "$json" \
    -d '{"on":{"type":"Property","value":true},"name":{"type":"Property","value":"town hall"}}' "$lamp/attrs"
show "It burns:" '"name":"town.hall" "on_status":"OK" "on_info":"lit" "power":38 "burningHours":1204.5' -H "$tenant" "$lamp?format=simplified"
show "An agent creates nothing for others, and says so:" ' 409 Conflict' -i -X POST -H "$tenant" -H "$json" \
    -d '{"off":{"type":"Property","value":true}}' "$lamp/attrs"
show "The lamp learns to dim; the agent registers it again, in the place of what it had registered:" ' 204' -i -X PUT -H "$service" -H "$path" \
    -H "$json" -d '{"commands":[{"name":"on","type":"command"},{"name":"off","type":"command"},{"name":"dim","type":"command"}]}' "$agent/iot/devices/lamp-3"
show "Dim it:" ' 204' -i -X PATCH -H "$tenant" -H "$json" -d '{"value":50}' "$lamp/attrs/dim"
show "Half the light:" '"dim_status":"OK" "power":19' -H "$tenant" "$lamp?format=simplified"
show "Take the lamp from the agent, which takes back its registration:" ' 204' -i -X DELETE -H "$service" -H "$path" "$agent/iot/devices/lamp-3"
show "The hub knows its last measures, and nobody to ask:" 'power ^burningHours' -H "$tenant" "$lamp?format=simplified"
if $check; then kill -TERM "${processes[1]}"; wait "${processes[1]}" 2>/dev/null; else printf '\nStop the agent:\n  kill %s\n' "${processes[1]}"; fi
show "Of the valve the measures are left, and a warning:" 'NGSILD-Warning pressure ^"opening' -i -H "$tenant" "$valve?format=simplified"
show "A command that nobody takes is a gateway's failure:" ' 504 InternalError' -i -X PATCH -H "$tenant" -H "$json" -d '{"value":40}' "$valve/attrs/move"

if $check; then
    [ $failures -eq 0 ] && echo "Everything is as it should be."
    stop $((failures > 0))
fi
printf '\nData is kept in %s. Ctrl-C stops everything.\n' "$data"
wait "${processes[0]}"
code=$?
stop "$code"
