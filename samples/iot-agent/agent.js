'use strict';

// An IoT Agent on FIWARE's library, which does all that is NGSI-LD: registers devices at the broker, listens for what the broker
// forwards, and reports. This file connects it with the devices of field.js.
//   BROKER_URL  of the broker (http://localhost:1026)
//   AGENT_PORT  on which the broker reaches the agent, and devices are provisioned (4041)

const agent = require('iotagent-node-lib');
const { promisify } = require('node:util');
const field = require('./field');

const port = Number(process.env.AGENT_PORT || 4041);
const config = {
    logLevel: process.env.LOG_LEVEL || 'WARN',
    contextBroker: {
        url: process.env.BROKER_URL || 'http://localhost:1026',
        ngsiVersion: 'ld',
        jsonLdContext: 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld',
    },
    server: { port, host: 'localhost', ldSupport: { null: true, datasetId: true, merge: false } },
    providerUrl: `http://localhost:${port}`,
    deviceRegistry: { type: 'memory' },
    types: {},
    service: 'waterworks',
    subservice: '/',
    defaultType: 'Device',
    timestamp: true,
};

const COMMAND_TAKES_MS = 200;
const update = promisify(agent.update);
const deviceByName = promisify(agent.getDeviceByName);
const setCommandResult = promisify(agent.setCommandResult);

async function measure(device) {
    const values = Object.entries(field[device.id].measure()).map(([key, value]) => {
        const { name, type, metadata } = device.active.find((attribute) => attribute.object_id === key);
        return { name, type, value, metadata: structuredClone(metadata) };
    });
    await update(device.name, device.type, '', values, device);
}

// A device takes its time. The broker has its 204 by then, and hears of the result as of a measure.
async function execute(device, { name, value }) {
    await new Promise((resolve) => setTimeout(resolve, COMMAND_TAKES_MS));
    let status = 'OK', info;
    try {
        info = field[device.id].obey[name](value);
    } catch (failure) {
        [status, info] = ['ERROR', failure.message];
    }

    await setCommandResult(device.name, '', '', name, info, status, device);
    await measure(device);
}

function report(work) {
    work.catch((failure) => console.error(failure.message));
}

async function main() {
    await promisify(agent.activate)(config);

    agent.setProvisioningHandler((device, done) => {
        // Once the library has it.
        setTimeout(() => report(measure(device)), 100);
        done(null, device);
    });

    agent.setCommandHandler((id, type, service, subservice, commands, done) => {
        deviceByName(id, service, subservice).then((device) => {
            for (const command of commands) report(execute(device, command));
            done(null, { id, type });
        }, done);
    });

    agent.setDataQueryHandler((id, type, service, subservice, attributes, done) => {
        deviceByName(id, service, subservice).then((device) => {
            const entity = { id, type: device.type };
            for (const name of attributes) {
                const told = field[device.id].tell[name];
                if (told) entity[name] = { type: 'Property', value: told() };
            }

            done(null, entity);
        }, done);
    });

    console.log(`The agent listens at http://localhost:${port}.`);
}

main().catch((failure) => {
    console.error(failure.message);
    process.exit(1);
});
