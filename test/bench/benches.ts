import { benchCalibration } from './calibration.ts';
import { benchCaptureCounts } from './capture-counts.ts';
import { benchCaptureOpcua } from './capture-opcua.ts';
import { benchCapture } from './capture.ts';
import { benchClients } from './clients/index.ts';
import { benchDelay } from './delay.ts';
import { benchDetectors } from './detectors.ts';
import { benchEveryday } from './everyday/index.ts';
import { benchFaults } from './faults.ts';
import { benchFlood } from './flood/index.ts';
import { benchIncidents } from './incidents/index.ts';
import { benchLeaks } from './leaks/index.ts';
import { benchLoad } from './load.ts';
import { benchAlone } from './gate/alone.ts';
import { benchModbus } from './modbus.ts';
import { benchNight } from './night.ts';
import { benchNotify } from './notify/index.ts';
import { benchOpcua, quickOpcuaBench } from './opcua.ts';
import { benchPipeline } from './pipeline.ts';
import { benchPlant } from './plant.ts';
import type { BenchOptions } from './options.ts';
import type { BenchRow } from './row.ts';
import { benchScale } from './scale/index.ts';
import { benchSignIn } from './sign-in.ts';
import { benchStores } from './stores.ts';
import { spoofs } from './suites/hard/spoofs.ts';
import { benchSuites, suites } from './suites/index.ts';
import { benchWaterworks } from './waterworks/index.ts';
import { benchReview } from './waterworks/review.ts';
import { benchModes } from './waterworks/modes.ts';
import { benchWeeks } from './waterworks/weeks.ts';

export interface Bench {
  readonly name: string;
  /** One line for `--help`. */
  readonly summary: string;
  readonly run: (options: BenchOptions) => Promise<BenchRow[]>;
}

/** Every bench, in the order in which they run: speed first, then how well is detected. */
export const benches: readonly Bench[] = [
  {
    name: 'modbus',
    summary: 'Modbus requests/s against a bare socket exchanging the same bytes',
    run: ({ quick }) => benchModbus(quick),
  },
  { name: 'load', summary: 'CPU and memory of the monitor at 100 000 Modbus tags/s', run: ({ quick }) => benchLoad(quick) },
  {
    name: 'capture',
    summary: 'packets/s of a tap against tshark on the same looped capture',
    run: ({ quick }) => benchCapture(quick),
  },
  {
    name: 'opcua',
    summary: 'OPC UA notifications/s against the bare node-opcua client, and time to restore 10 000 items',
    run: ({ quick }) => benchOpcua(quick ? quickOpcuaBench : undefined),
  },
  { name: 'delay', summary: 'delay from a register change to the websocket message', run: () => benchDelay() },
  {
    name: 'notify',
    summary: '100 alerts a second for a minute with every notifier on: lost alerts, stored samples, delay to the page, memory',
    run: ({ quick }) => benchNotify(quick),
  },
  {
    name: 'flood',
    summary:
      '10 000 limits crossed at once and 5000 flapping beside a busy process: until listed, answers, messages, memory, state.db',
    run: ({ quick }) => benchFlood(quick),
  },
  {
    name: 'clients',
    summary: '200 open pages on 50 000 Modbus tags: delay to the page, order of alerts and values, memory, opening of the page',
    run: ({ quick }) => benchClients({ seconds: quick ? 20 : 60, warmS: 15, alarmEveryS: 1, openings: quick ? 2 : 5 }),
  },
  {
    name: 'sign-in',
    summary: "the administrator's sign-in during 10 000 guesses of passphrases at the shipped cost",
    run: ({ quick }) => benchSignIn(quick),
  },
  { name: 'stores', summary: 'samples/s into each store against its own raw append', run: () => benchStores() },
  { name: 'plant', summary: 'plant seconds per CPU second of each simulated plant', run: () => benchPlant() },
  { name: 'detectors', summary: 'samples/s of each detector of single tags against a bare loop', run: () => benchDetectors() },
  { name: 'pipeline', summary: 'samples/s through the whole detection path against a bare loop', run: () => benchPipeline() },
  {
    name: 'scale',
    summary: 'CPU, memory and snapshot of detection over 10 000 tags',
    run: ({ quick }) => benchScale(quick),
  },
  {
    name: 'calibration',
    summary: 'what a calibration of 100 tags × 30 days takes, and how well threads share it',
    run: ({ quick }) => benchCalibration(quick),
  },
  { name: 'alone', summary: 'each detector alone on the waterworks while one signal reads falsely', run: () => benchAlone() },
  ...Object.keys(suites).map((name) => ({
    name,
    summary: `scores on the labelled public data of ${name}`,
    run: () => benchSuites([name]),
  })),
  { name: 'captures', summary: 'packets and Modbus messages in public captures against tshark', run: () => benchCaptureCounts() },
  {
    name: 'captures-opcua',
    summary: 'OPC UA messages in public captures against tshark',
    run: () => benchCaptureOpcua(),
  },
  {
    name: 'faults',
    summary: 'share of the tags of the waterworks in which a fault of single tags is found, and how soon',
    run: () => benchFaults(),
  },
  {
    name: 'night',
    summary: 'water drawn off at night that would be normal by day: found or not, and how soon',
    run: () => benchNight(),
  },
  {
    name: 'leaks',
    summary: 'leaks, thefts, false meters and levels shown plausibly on the waterworks: found or not, by whom and how soon',
    run: ({ quick }) => benchLeaks(quick),
  },
  {
    name: 'waterworks',
    summary: 'alarm budget on normal days of the waterworks, delay of every scenario, at three budgets',
    run: ({ quick }) => benchWaterworks(quick),
  },
  {
    name: 'everyday',
    summary:
      'faults and attacks of everyday classes on the waterworks after 1, 3 and 10 learned days: recall, place, words, delay',
    run: benchEveryday,
  },
  {
    name: 'incidents',
    summary: 'shipped scenarios as an operator meets them: incidents, titles, sound, response, delay; two events apart',
    run: benchIncidents,
  },
  {
    name: 'review',
    summary: 'promise of three days of the waterworks before and after a review of its episodes, and alerts on other plants',
    run: ({ quick }) => benchReview(quick),
  },
  {
    name: 'weeks',
    summary: 'what 3, 10 and 30 days of calibration bring on the waterworks: promises, false alerts, attacks found',
    run: ({ quick }) => benchWeeks(quick),
  },
  {
    name: 'modes',
    summary:
      'what approving the modes that a calibration proposes brings on the waterworks: false alerts, faults in one mode found',
    run: ({ quick }) => benchModes(quick),
  },
  {
    name: 'spoofs',
    summary: 'attacks on the waterworks that are hidden by consistent readings: found or not, and how late',
    run: () => spoofs(),
  },
];

/** Registered detectors that no bench has a row for, and why. */
export const unmeasuredDetectors: Readonly<Record<string, string>> = {};
