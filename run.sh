#!/usr/bin/env bash
# run.sh: builds SmartCity and starts the hub with a demo city. Needs the .NET SDK only. Ctrl-C stops it; what it has is kept.
#   --urls URL     where to listen (default http://localhost:1026)
#   --data DIR     where to keep everything (default ./data)
#   --bare         the broker alone, without the demo city
#   --help         this text; every other option goes to the broker (--log-level, --Limits:BodyBytes and so on)
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd) || exit 2

urls=http://localhost:1026 data=./data bare=false
options=()
while [ $# -gt 0 ]; do
    case $1 in
        --urls) urls=${2:?--urls needs an address}; shift ;;
        --urls=*) urls=${1#*=} ;;
        --data) data=${2:?--data needs a folder}; shift ;;
        --data=*) data=${1#*=} ;;
        --bare) bare=true ;;
        -h|--help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) options+=("$1") ;;
    esac
    shift
done

# Whoever tries it has peers on this machine, wherever the hub listens; a server is told what its hub may reach.
case "${options[*]-}" in
    *--Outbound:Allow*) ;;
    *) [ -n "${SMARTCITY_Outbound__Allow+set}" ] || [ -e smartcity.json ] || options+=(--Outbound:Allow loopback) ;;
esac

command -v dotnet >/dev/null || { echo "SmartCity needs the .NET SDK 10: https://dot.net/download"; exit 2; }
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

build() { # PROJECT NAME
    printf 'Building %s ...\n' "$2"
    local told
    told=$(dotnet build "$here/$1" -c Release -v q -nologo 2>&1) || { printf '%s\n' "$told"; exit 1; }
}
build broker/SmartCity.Broker.Host "the broker"
$bare || build adapters/SmartCity.Adapters "the adapters"

# The children stand in process groups of their own: Ctrl-C comes to this script, which stops the city before the broker.
set -m
stop() {
    trap '' INT TERM
    [ -n "${city:-}" ] && kill -TERM "$city" 2>/dev/null && wait "$city" 2>/dev/null
    [ -n "${broker:-}" ] && kill -TERM "$broker" 2>/dev/null && wait "$broker" 2>/dev/null
    echo "Stopped. What the hub knows is kept in $data."
    exit "${1:-0}"
}
trap stop INT TERM

dotnet "$here/broker/SmartCity.Broker.Host/bin/Release/net10.0/SmartCity.Broker.Host.dll" \
    --urls "$urls" --data "$data" ${options[@]+"${options[@]}"} </dev/null &
broker=$!

# The first address, as a program on this machine calls it.
url=${urls%%;*} url=${url%/}
url=${url/\/\/\*:/\/\/localhost:} url=${url/\/\/+:/\/\/localhost:} url=${url/\/\/0.0.0.0:/\/\/localhost:}
port=${url##*:} name=${url#*//} name=${name%:*}
ready() { # Asks without curl, which may be missing.
    exec 3<>"/dev/tcp/$name/$port" || return 1
    printf 'GET /ready HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$name" >&3
    read -r _ status _ <&3
    exec 3<&- 3>&-
    [ "$status" = 200 ]
} 2>/dev/null
until ready; do
    kill -0 "$broker" 2>/dev/null || { wait "$broker"; exit $?; }
    sleep 0.2
done

if ! $bare; then
    mkdir -p "$data"
    dotnet "$here/adapters/SmartCity.Adapters/bin/Release/net10.0/SmartCity.Adapters.dll" run "$here/samples/cities/demo" \
        --broker "$url" --state "$data/city" </dev/null &
    city=$!
fi

echo
echo "The hub is at $url/ngsi-ld/v1/ (its state at $url/ready, its version at $url/version)."
echo "Its HTTP API is at $url/docs, to read and to try."
echo "Data is kept in $data. Ctrl-C stops everything."
if $bare; then
    cat <<TEXT
Try:
  curl -i $url/ngsi-ld/v1/entities -H 'Content-Type: application/json' -d '{"id":"urn:ngsi-ld:Room:1","type":"Room","temperature":{"type":"Property","value":21}}'
  curl '$url/ngsi-ld/v1/entities?type=Room&options=keyValues'
  curl '$url/ngsi-ld/v1/types'
TEXT
else
    cat <<TEXT
A small city is filling it: car parks, air quality, buses. Try:
  curl '$url/ngsi-ld/v1/entities?type=OffStreetParking&options=keyValues&pick=id,name,availableSpotNumber'
  curl '$url/ngsi-ld/v1/entities?type=Vehicle&georel=near;maxDistance==1500&geometry=Point&coordinates=%5B15.265,46.05%5D&options=keyValues'
  curl '$url/ngsi-ld/v1/entities?type=AirQualityObserved&q=pm10>10&options=keyValues'
TEXT
fi
echo

# Without the city the hub is still a hub; without the hub there is nothing.
wait "$broker"
code=$?
broker=
stop "$code"
