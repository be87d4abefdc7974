#!/usr/bin/env python3
"""Makes the recordings of the demo city: one invented service day, the same at every run."""
import csv
import math
import random
from datetime import datetime, timedelta
from pathlib import Path

HERE = Path(__file__).parent
DAY = datetime(2026, 4, 15)
FIRST, LAST = DAY + timedelta(hours=5), DAY + timedelta(hours=24)
CENTRE = (15.2630, 46.0510)  # longitude, latitude

PARKINGS = [  # id, name, address, lon, lat, spaces, hour when it is fullest
    ("P1", "Parkirišče Tržnica", "Tržni trg 1", 15.2621, 46.0518, 120, 11),
    ("P2", "Garažna hiša Center", "Cesta svobode 14", 15.2655, 46.0502, 340, 13),
    ("P3", "Parkirišče Železniška postaja", "Kolodvorska ulica 3", 15.2584, 46.0467, 210, 10),
    ("P4", "Parkirišče Bolnišnica", "Zdraviliška cesta 8", 15.2712, 46.0549, 180, 9),
    ("P5", "Parkirišče Športni park", "Ob reki 22", 15.2533, 46.0560, 260, 19),
    ("P6", "P+R Zahod", "Ljubljanska cesta 90", 15.2410, 46.0491, 400, 12),
]
STATIONS = [  # id, name, lon, lat, how much of the traffic reaches it
    ("Z1", "Trg republike", 15.2634, 46.0512, 1.0),
    ("Z2", "Šolski center", 15.2697, 46.0471, 0.7),
    ("Z3", "Obvoznica vzhod", 15.2830, 46.0525, 1.5),
    ("Z4", "Mestni gozd", 15.2475, 46.0621, 0.3),
]
LINES = [  # vehicle, plate, line, stops of the route
    ("A101", "JG 21-A7K", "1 Postaja - Bolnišnica", [(15.2584, 46.0467), (15.2630, 46.0498), (15.2655, 46.0525), (15.2712, 46.0549)]),
    ("A102", "JG 33-B2M", "1 Postaja - Bolnišnica", [(15.2712, 46.0549), (15.2655, 46.0525), (15.2630, 46.0498), (15.2584, 46.0467)]),
    ("A201", "JG 08-C5P", "2 Zahod - Center - Vzhod", [(15.2410, 46.0491), (15.2533, 46.0500), (15.2630, 46.0510), (15.2740, 46.0518), (15.2830, 46.0525)]),
    ("A301", "JG 54-D1R", "3 Športni park - Mestni gozd", [(15.2533, 46.0560), (15.2500, 46.0590), (15.2475, 46.0621)]),
]


def times(minutes):
    at = FIRST
    while at < LAST:
        yield at
        at += timedelta(minutes=minutes)


def number(value, digits):
    """As Slovenian programs write it: 1.234,5"""
    return f"{value:,.{digits}f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def bell(hour, peak, width):
    return math.exp(-((hour - peak) / width) ** 2)


def write(name, header, rows):
    with open(HERE / name, "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, delimiter=";", lineterminator="\n")
        table.writerow(header)
        table.writerows(rows)


def parking():
    chance = random.Random(1)
    for at in times(10):
        hour = at.hour + at.minute / 60
        for key, name, address, lon, lat, total, peak in PARKINGS:
            share = min(0.99, max(0.03, 0.08 + 0.85 * bell(hour, peak, 3.5) + chance.gauss(0, 0.02)))
            taken = round(total * share)
            # A barrier that reports nothing for a while: its cells stay empty.
            silent = key == "P4" and at.hour == 14
            closed = key == "P1" and at.hour < 6
            yield [at.strftime("%-d.%-m.%Y %H:%M"), key, name, address, number(lon, 4), number(lat, 4), total,
                   "" if silent else total - taken, "" if silent else number(100 * taken / total, 1),
                   "zaprto" if closed else "odprto"]


def air():
    chance = random.Random(2)
    for at in times(15):
        hour = at.hour + at.minute / 60
        traffic = bell(hour, 7.5, 1.5) + bell(hour, 16, 2.2)
        warmth = 8 + 9 * bell(hour, 15, 5)
        for key, name, lon, lat, share in STATIONS:
            no2 = 9 + 42 * share * traffic + chance.gauss(0, 2)
            pm10 = 12 + 22 * share * traffic + chance.gauss(0, 2)
            o3 = 35 + 60 * bell(hour, 15, 4) - 12 * share * traffic + chance.gauss(0, 3)
            broken = key == "Z2" and at.hour == 12
            yield [at.strftime("%Y-%m-%dT%H:%M:00"), key, name, number(lon, 4), number(lat, 4),
                   "-" if broken else number(max(1, no2), 1), number(max(2, pm10), 1), number(max(3, pm10 * 0.6), 1),
                   number(max(5, o3), 1), number(warmth + chance.gauss(0, 0.3), 1),
                   number(min(98, max(35, 92 - 3.2 * (warmth - 8) + chance.gauss(0, 1.5))), 0)]


def position(stops, part):
    """The point on the route after this part of its length, and the direction there."""
    lengths = [math.dist(a, b) for a, b in zip(stops, stops[1:])]
    left = part * sum(lengths)
    for (a, b), length in zip(zip(stops, stops[1:]), lengths):
        if left <= length:
            share = left / length
            bearing = math.degrees(math.atan2((b[0] - a[0]) * math.cos(math.radians(a[1])), b[1] - a[1])) % 360
            return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]), bearing
        left -= length
    return stops[-1][0], stops[-1][1], 0


def buses():
    chance = random.Random(3)
    for at in times(3):
        for key, plate, line, stops in LINES:
            round_trip = ((at - FIRST).total_seconds() / 60 / 28 + int(key[1]) / 5) % 2
            there = round_trip < 1
            lon, lat, bearing = position(stops if there else stops[::-1], round_trip % 1)
            waiting = round_trip % 1 < 0.07
            yield [at.strftime("%Y-%m-%d %H:%M:%S"), key, plate, line, f"{lon:.5f}", f"{lat:.5f}",
                   0 if waiting else round(28 + chance.gauss(0, 6)), round(bearing), "postanek" if waiting else "vožnja"]


write("parking.csv", ["čas", "oznaka", "ime", "naslov", "x", "y", "mest", "prostih", "zasedenost %", "stanje"], parking())
write("air.csv", ["time", "postaja", "ime", "lon", "lat", "NO2", "PM10", "PM2,5", "O3", "T", "vlaga"], air())
write("buses.csv", ["čas", "vozilo", "registrska", "linija", "lon", "lat", "hitrost", "smer", "stanje"], buses())
