import { type GateScenario, higher, lower } from './scenario.ts';

/** Ratios of one run differ by so much from day to day. */
const noise = 0.08;
/** Cores, megabytes, seconds: another machine has others, which is no fault. */
const absolute = Number.POSITIVE_INFINITY;

/** 200 open pages on 50 000 tags, of the bench `clients`. */
export const clientsScenarios: readonly GateScenario[] = [
  // the poll interval and half a second
  lower('clients/delay', 'clients', 'clients: sample to frame, p99', absolute, 1_500),
  lower('clients/behind', 'clients', 'clients: alerts behind a later value', 0, 0),
  lower('clients/unalarmed', 'clients', 'clients: crossed limits without an alert', 0, 0),
  lower('clients/wrong', 'clients', 'clients: wrong values', 0, 0),
  lower('clients/silent', 'clients', 'clients: silent tags', 0, 0),
  lower('clients/lost', 'clients', 'clients: pages that lost their link', 0, 0),
];

/** Speed as a ratio to the smallest program that does the same work, and the cost of a load. */
export const speedScenarios: readonly GateScenario[] = [
  ...[10, 125].flatMap((registers) => [
    higher(`modbus/library-${registers}`, 'modbus', `Modbus session / bare modbus-serial, ${registers} registers`, noise, 0.9),
    higher(`modbus/socket-${registers}`, 'modbus', `Modbus session / bare socket, ${registers} registers`, noise),
  ]),
  higher('opcua/library', 'opcua', 'OPC UA session / bare node-opcua', noise, 0.9),
  lower('opcua/restore', 'opcua', 'OPC UA: 10000 items back after kill -9', absolute, 10),
  ...['waterworks', 'substation'].map((plant) => higher(`plant/${plant}`, 'plant', `plant ${plant}: speed`, absolute, 500)),
  higher('capture/tshark', 'capture', 'capture: tap / tshark', 4 * noise, 1),
  lower('capture/memory', 'capture', 'capture: memory at the end / at half', noise, 1.1),
  ...clientsScenarios,
  lower('clients/overview', 'clients', 'clients: the overview opens', absolute, 2),
  lower('clients/list', 'clients', 'clients: the list of 5000 tags opens', absolute, 2),
  higher('load/good', 'load', 'load: good samples/s of those wanted', absolute, 0.99),
  higher('load/detectors', 'load', 'load: samples/s into detectors, of those wanted', absolute, 0.99),
  higher('load/historian', 'load', 'load: samples/s into the historian, of those wanted', absolute, 0.99),
  lower('load/cpu', 'load', 'load: CPU of the monitor', absolute, 1.5),
  lower('load/rss', 'load', 'load: RSS of the monitor', absolute, 500),
  lower('scale/memory', 'scale', 'scale: memory of the process that watches 10000 tags', absolute, 512),
  lower('calibration/month', 'calibration', 'calibration: 100 tags × 30 days at 1 s', absolute, 5),
  lower('pipeline/cost', 'pipeline', 'pipeline: cost per sample against f5c8d95', noise, 1.3),
  lower('load/wrong', 'load', 'load: wrong values, unaccounted gaps, silent tags', 0, 0),
];
