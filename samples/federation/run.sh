#!/usr/bin/env bash
# run.sh [--port PORT] [--data DIR] [--check]: two cities' hubs and a utility's hub on this machine, which know of each other.
#   --port PORT   of the first hub; the others have the next two (default 1026)
#   --data DIR    where the hubs keep their data (default ./data/federation)
#   --check       asks everything that there is to try, says whether the answers are right, and ends
# Needs the .NET SDK and curl. Ctrl-C stops the hubs.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd) || exit 2
root=$here/../..
port=1026 data=./data/federation check=false
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

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
echo "Building the broker ..."
told=$(dotnet build "$root/broker/SmartCity.Broker.Host" -c Release -v q -nologo 2>&1) || { echo "$told"; exit 1; }

hubs=(jasnograd brezovo komunala) processes=()
url() { # NAME
    case $1 in jasnograd) echo "http://localhost:$port" ;; brezovo) echo "http://localhost:$((port + 1))" ;; *) echo "http://localhost:$((port + 2))" ;; esac
}

# The hubs stand in process groups of their own: Ctrl-C comes to this script alone.
set -m
stop() {
    trap '' INT TERM
    kill -TERM ${processes[@]+"${processes[@]}"} 2>/dev/null
    wait 2>/dev/null
    $check || echo "Stopped. What the hubs know is kept in $data."
    exit "${1:-0}"
}
trap stop INT TERM

mkdir -p "$data" || exit 2
for hub in "${hubs[@]}"; do
    dotnet "$root/broker/SmartCity.Broker.Host/bin/Release/net10.0/SmartCity.Broker.Host.dll" \
        --urls "$(url "$hub")" --alias "$hub" --data "$data/$hub" --log-level Warning </dev/null >"$data/$hub.log" 2>&1 &
    processes+=($!)
done
for n in "${!hubs[@]}"; do
    hub=${hubs[n]}
    until curl -fs --max-time 10 "$(url "$hub")/ready" >/dev/null; do
        kill -0 "${processes[n]}" 2>/dev/null || { echo "$hub did not start:"; tail -5 "$data/$hub.log"; stop 1; }
        sleep 0.1
    done
done

# What each hub holds, and then whom it asks for what. Registrations are written for the ports 1026 to 1028.
ask() { curl -s --max-time 30 -H 'Content-Type: application/json' "$@"; }
for hub in "${hubs[@]}"; do
    ask -f -o /dev/null "$(url "$hub")/ngsi-ld/v1/entityOperations/upsert?local=true" -d @"$here/$hub/entities.json" ||
        { echo "$hub did not take its Entities"; stop 1; }
    for file in "$here/$hub"/registrations/*.json; do
        [ -f "$file" ] || continue
        registration=$(sed "s/:1026\"/:$port\"/; s/:1027\"/:$((port + 1))\"/; s/:1028\"/:$((port + 2))\"/" "$file")
        id=$(sed -n 's/^  "id": "\(.*\)",/\1/p' "$file")
        # Anew, as the file says it now.
        ask -o /dev/null -X DELETE "$(url "$hub")/ngsi-ld/v1/csourceRegistrations/$id"
        told=$(ask -w '\n%{http_code}' "$(url "$hub")/ngsi-ld/v1/csourceRegistrations" -d "$registration")
        [ "${told##*$'\n'}" = 201 ] || { echo "$hub refused $(basename "$file"): $told"; stop 1; }
    done
done

city=$(url jasnograd)/ngsi-ld/v1 utility=$(url komunala)/ngsi-ld/v1
parking='entities?type=OffStreetParking&format=keyValues&pick=id,availableSpotNumber'
failures=0
show() { # TITLE, EXPECTED (extended regular expressions, ^ before what must not be there; none to ask without looking), curl arguments
    local title=$1 expected=$2 answer wanted missing
    shift 2
    if ! $check; then
        printf '\n%s\n  curl' "$title"
        for argument; do case $argument in -*) printf ' %s' "$argument" ;; *) printf " '%s'" "$argument" ;; esac; done
        echo
        return
    fi
    # A machine that has other things to do may keep a neighbour from answering in time: everything here may be asked again.
    for _ in $(seq 30); do
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
        sleep 1
    done
    printf 'WRONG: %s\n  expected %s in: %s\n' "$title" "$missing" "$answer"
    failures=$((failures + 1))
}

if ! $check; then
    cat <<TEXT

Three hubs are running, each with its own data and its own operator:
  Jasnograd, a city          $(url jasnograd)   asks the other two, as the files in samples/federation/jasnograd/registrations say
  Brezovo, its neighbour     $(url brezovo)   asks Jasnograd for car parks
  Komunala, a water utility  $(url komunala)   asks nobody
Try:
TEXT
fi
show "Car parks of both cities, asked at one of them (inclusive):" 'jasnograd:trznica brezovo:postaja brezovo:obala' "$city/$parking"
show "The same from the other side; no query goes in circles:" 'jasnograd:trznica brezovo:postaja brezovo:obala' "$(url brezovo)/ngsi-ld/v1/$parking"
show "Those within 3 km with more than 5 free places, labelled in Italian:" 'Mercato 42 ^obala ^postaja' \
    "$city/entities?type=OffStreetParking&georel=near;maxDistance==3000&geometry=Point&coordinates=%5B15.265,46.05%5D&q=availableSpotNumber%3E5&format=keyValues&lang=it"
show "The town hall: the city knows the house, the utility its meter (exclusive); what the utility did not register stays there:" \
    'floorsAboveGround waterConsumption ^invoiceNumber' "$city/entities/urn:ngsi-ld:Building:jasnograd:town-hall?format=keyValues"
show "What the city itself holds of it:" 'floorsAboveGround ^waterConsumption' \
    "$city/entities/urn:ngsi-ld:Building:jasnograd:town-hall?format=keyValues&local=true"
show "Close its valve; the request is passed on to the utility:" 204 -i -X PATCH -H 'Content-Type: application/json' -d '{"value":"closed"}' \
    "$city/entities/urn:ngsi-ld:Building:jasnograd:town-hall/attrs/valve"
show "The utility's own hub knows:" closed "$utility/entities/urn:ngsi-ld:Building:jasnograd:town-hall?format=keyValues"
show "Meters are the utility's, and are asked of it (redirect):" 'komunala:17 komunala:18' "$city/entities?type=WaterMeter&format=keyValues"
show "Weather: the city's own temperature, and the neighbour's rain, which the city does not measure (auxiliary):" '8\.2 1\.5 ^9\.9' \
    "$city/entities/urn:ngsi-ld:WeatherObserved:dolina?format=keyValues"
show "How the neighbour answers so far:" timesSent "$city/csourceRegistrations/urn:ngsi-ld:ContextSourceRegistration:brezovo-parking"
if $check; then kill -TERM "${processes[1]}"; wait "${processes[1]}" 2>/dev/null; else printf '\nStop the neighbour:\n  kill %s\n' "${processes[1]}"; fi
show "The rest is still there, and the header NGSILD-Warning says what is missing:" 'NGSILD-Warning jasnograd:trznica ^brezovo:postaja' -i "$city/$parking"

if $check; then
    [ $failures -eq 0 ] && echo "Everything is as it should be."
    stop $((failures > 0))
fi
printf '\nData is kept in %s. Ctrl-C stops everything.\n' "$data"
wait "${processes[0]}"
code=$?
stop "$code"
