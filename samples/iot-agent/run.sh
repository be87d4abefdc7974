#!/usr/bin/env bash
# run.sh [--port PORT] [--data DIR] [--check]: a hub and a FIWARE IoT Agent with a valve and a lamp, on this machine.
#   --port PORT   of the hub; the agent has the next one (default 1026)
#   --data DIR    where the hub keeps its data, and the agent its packages (default ./data/iot-agent)
#   --check       asks everything that there is to try, says whether the answers are right, and ends
# Needs the .NET SDK, curl, and Node.js 20 with npm, which fetches FIWARE's library. Ctrl-C stops both.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd) || exit 2
. "$here/../sample.sh"
skip() { echo "SKIPPED samples/iot-agent: $1"; exit 0; }
command -v node >/dev/null && command -v npm >/dev/null || skip "Node.js and npm are not installed"
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 20 ] || skip "Node.js is version $major, and FIWARE's library needs 20"

mkdir -p "$data/agent" || exit 2
cp "$here/package.json" "$data/agent/"
echo "Fetching FIWARE's library ..."
told=$(npm install --prefix "$data/agent" --no-audit --no-fund --no-package-lock --fetch-retries 1 2>&1) ||
    skip "npm cannot fetch the packages: $(grep -m 2 error <<<"$told" | tr '\n' ' ')"

build
hub=http://localhost:$port agent=http://localhost:$((port + 1))
start_hub hub "$hub"
started hub "$hub/ready"
start agent env NODE_PATH="$data/agent/node_modules" BROKER_URL="$hub" AGENT_PORT=$((port + 1)) node "$here/agent.js"
started agent "$agent/version"

# The agent keeps its devices in memory, and registers them again whenever it starts.
api=$hub/ngsi-ld/v1 tenant='NGSILD-Tenant: waterworks' service='fiware-service: waterworks' path='fiware-servicepath: /'
valve=$api/entities/urn:ngsi-ld:Valve:17 lamp=$api/entities/urn:ngsi-ld:Streetlight:3
told=$(curl -s --max-time 30 -w '\n%{http_code}' -H "$service" -H "$path" -H 'Content-Type: application/json' "$agent/iot/devices" -d @"$here/devices.json")
[ "${told##*$'\n'}" = 201 ] || { echo "the agent refused the devices: $told"; tail -5 "$data/agent.log"; stop 1; }

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
give "Close it to 40 %; the hub passes the command on:" ' 204' -i -X PATCH -H "$tenant" -H "$json" -d '{"value":40}' "$valve/attrs/move"
show "The result has come back, and a measure after it; the valve stands where it should:" \
    '"move_status":"OK" "move_info":"stands.at.40' -H "$tenant" "$valve?format=simplified"
show "A query filters by what only the valve knows:" '"opening":40 "pressure":5' -G -H "$tenant" "$api/entities" -d type=Valve -d format=simplified \
    --data-urlencode 'q=opening<50'
give "The valve refuses 400 %; the command is taken all the same:" ' 204' -i -X PATCH -H "$tenant" -H "$json" -d '{"value":400}' "$valve/attrs/move"
show "and the refusal comes back as a result:" '"move_status":"ERROR" not.possible "opening":40' -H "$tenant" "$valve?format=simplified"
give "Light the lamp, and name it, in one request; the hub keeps the name itself:" ' 204' -i -X PATCH -H "$tenant" -H "$json" \
    -d '{"on":{"type":"Property","value":true},"name":{"type":"Property","value":"town hall"}}' "$lamp/attrs"
show "It burns:" '"name":"town.hall" "on_status":"OK" "on_info":"lit" "power":38 "burningHours":1204.5' -H "$tenant" "$lamp?format=simplified"
give "An agent creates nothing for others, and says so:" ' 409 Conflict' -i -X POST -H "$tenant" -H "$json" \
    -d '{"off":{"type":"Property","value":true}}' "$lamp/attrs"
give "The lamp learns to dim; the agent registers it again, in the place of what it had registered:" ' 204' -i -X PUT -H "$service" -H "$path" \
    -H "$json" -d '{"commands":[{"name":"on","type":"command"},{"name":"off","type":"command"},{"name":"dim","type":"command"}]}' "$agent/iot/devices/lamp-3"
give "Dim it:" ' 204' -i -X PATCH -H "$tenant" -H "$json" -d '{"value":50}' "$lamp/attrs/dim"
show "Half the light:" '"dim_status":"OK" "power":19' -H "$tenant" "$lamp?format=simplified"
give "Take the lamp from the agent, which takes back its registration:" ' 204' -i -X DELETE -H "$service" -H "$path" "$agent/iot/devices/lamp-3"
show "The hub knows its last measures, and nobody to ask:" 'power ^burningHours' -H "$tenant" "$lamp?format=simplified"
end "Stop the agent:" agent
show "Of the valve the measures are left, and a warning:" 'NGSILD-Warning pressure ^"opening' -i -H "$tenant" "$valve?format=simplified"
give "A command that nobody takes is a gateway's failure:" ' 504 InternalError' -i -X PATCH -H "$tenant" -H "$json" -d '{"value":40}' "$valve/attrs/move"
finish
