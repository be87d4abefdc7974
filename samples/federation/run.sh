#!/usr/bin/env bash
# run.sh [--port PORT] [--data DIR] [--check]: two cities' hubs and a utility's hub on this machine, which know of each other.
#   --port PORT   of the first hub; the others have the next two (default 1026)
#   --data DIR    where the hubs keep their data (default ./data/federation)
#   --check       asks everything that there is to try, says whether the answers are right, and ends
# Needs the .NET SDK and curl. Ctrl-C stops the hubs.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd) || exit 2
. "$here/../sample.sh"
build

hubs=(jasnograd brezovo komunala)
url() { # NAME
    case $1 in jasnograd) echo "http://localhost:$port" ;; brezovo) echo "http://localhost:$((port + 1))" ;; *) echo "http://localhost:$((port + 2))" ;; esac
}

for hub in "${hubs[@]}"; do start_hub "$hub" "$(url "$hub")" --alias "$hub"; done
for hub in "${hubs[@]}"; do started "$hub" "$(url "$hub")/ready"; done

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
end "Stop the neighbour:" brezovo
show "The rest is still there, and the header NGSILD-Warning says what is missing:" 'NGSILD-Warning jasnograd:trznica ^brezovo:postaja' -i "$city/$parking"
finish
