'use strict';

// What stands in the street: a valve in a water main and a lamp, each with what it measures, what it tells when it is asked, and what it does.

const valve = { opening: 100 };
const lamp = { brightness: 0, burningHours: 1204.5 };

module.exports = {
    'valve-17': {
        measure: () => ({ p: Math.round(4 + valve.opening / 50) }),
        tell: { opening: () => valve.opening },
        obey: {
            move(opening) {
                if (!(opening >= 0 && opening <= 100)) throw new Error(`an opening of ${opening} % is not possible`);
                valve.opening = opening;
                return `stands at ${opening} %`;
            },
        },
    },
    'lamp-3': {
        measure: () => ({ w: lamp.brightness > 0 ? 0.38 * lamp.brightness : 0.4, l: '15.2637, 46.0511' }),
        tell: { burningHours: () => lamp.burningHours },
        obey: {
            on() {
                lamp.brightness = 100;
                return 'lit';
            },
            off() {
                lamp.brightness = 0;
                return 'dark';
            },
            dim(percent) {
                lamp.brightness = percent;
                return `shines at ${percent} %`;
            },
        },
    },
};
