-- The workloads, for wrk: WORKLOAD names one, N says how many Vehicles are loaded.
local workload = os.getenv("WORKLOAD")
local N = tonumber(os.getenv("N"))
local base = "/ngsi-ld/v1"
local json = { ["Content-Type"] = "application/json" }
local accept = { ["Accept"] = "application/json" }
local created, run = 0, os.getenv("RUN") or "0"

local function vehicle(id, n)
  return '{"id":"' .. id .. '","type":"Vehicle","brandName":{"type":"Property","value":"Mercedes-' .. n
    .. '"},"speed":{"type":"Property","value":' .. n % 200
    .. '},"colour":{"type":"Property","value":"red"},"owner":{"type":"Relationship","object":"urn:ngsi-ld:Person:' .. n
    .. '"},"location":{"type":"GeoProperty","value":{"type":"Point","coordinates":['
    .. string.format("%.1f,%.1f", n % 3600 / 10 - 180, n % 1700 / 10 - 85) .. ']}}}'
end

local function any() return "urn:ngsi-ld:Vehicle:" .. math.random(1, N) end

local workloads = {
  get = function() return wrk.format("GET", base .. "/entities/" .. any(), accept) end,
  page = function() return wrk.format("GET", base .. "/entities?type=Vehicle&limit=20", accept) end,
  -- One Vehicle in 200 is that fast.
  query = function() return wrk.format("GET", base .. "/entities?type=Vehicle&q=speed%3E198&limit=20", accept) end,
  geo = function()
    local place = string.format("%%5B%.1f,%.1f%%5D", math.random(-1700, 1700) / 10, math.random(-800, 800) / 10)
    return wrk.format("GET", base .. "/entities?type=Vehicle&georel=near;maxDistance==50000&geometry=Point&coordinates="
      .. place .. "&limit=20", accept)
  end,
  patch = function()
    return wrk.format("PATCH", base .. "/entities/" .. any() .. "/attrs/speed", json,
      '{"type":"Property","value":' .. math.random(0, 199) .. '}')
  end,
  create = function()
    created = created + 1
    return wrk.format("POST", base .. "/entities", json,
      vehicle("urn:ngsi-ld:Vehicle:new-" .. run .. "-" .. created, created))
  end,
  batch = function()
    local items = {}
    for i = 1, 20 do
      local n = math.random(1, N)
      items[i] = vehicle("urn:ngsi-ld:Vehicle:" .. n, n)
    end
    return wrk.format("POST", base .. "/entityOperations/upsert", json, "[" .. table.concat(items, ",") .. "]")
  end,
}

function init() math.randomseed(os.time() + tonumber(run)) end

request = workloads[workload]

function done(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %.0f %.3f %.3f %d\n", summary.requests, summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, e.status + e.connect + e.read + e.write + e.timeout))
end
