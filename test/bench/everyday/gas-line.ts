import { gasLine } from '../../../simulators/plants/gas-line/index.ts';
import {
  type Benign,
  type Case,
  coarse,
  drifts,
  type EverydayPlant,
  held,
  lagging,
  once,
  performs,
  quietFrom,
  reads,
  readsZero,
  scaled,
  shifted,
} from './case.ts';

const cases: readonly Case[] = [
  // a flow falls to zero; a sensor's resolution changes
  { what: 'flow of gate 2 reads 0', kind: 'flow or resolution', begin: readsZero('G2.FT'), at: ['G2'], says: /G2|Gate 2/ },
  {
    what: 'pressure of line B at km 60 moves in steps of 0.1 MPa',
    kind: 'flow or resolution',
    begin: coarse('LB.PT3', 0.1),
    at: ['LB'],
    says: /LB\.PT3|km 60/,
    hours: 3,
  },
  // values that contradict each other
  {
    what: 'station flow reads 5 % low',
    kind: 'level against flows',
    begin: scaled('ST.FS', 0.95, 0.01),
    at: ['ST'],
    says: /ST\.FS|Station flow/,
    hours: 2,
  },
  {
    what: 'line B loses 15 kg/s at km 55',
    kind: 'level against flows',
    begin: performs('leak', 15),
    at: ['LB', 'LK'],
    says: /LB|LK|Line pack|line B|Supply less/,
    hours: 3,
  },
  // a control error lasts
  {
    what: 'outlet pressure of gate 1 reads 0.05 MPa below its set-point',
    kind: 'control error',
    begin: shifted('G1.POUT', -0.05, 0.001),
    at: ['G1'],
    says: /G1|Gate 1/,
  },
  // a command has no effect
  {
    what: 'heater of gate 3 does not burn',
    kind: 'no effect',
    begin: performs('heater-failed', 3),
    at: ['G3'],
    says: /G3|Gate 3/,
  },
  {
    what: 'anti-surge valve of unit 1 reports closed during its test',
    kind: 'no effect',
    begin: () => {
      const test = performs('stroke-test', 1)();
      return (hand) => {
        test(hand);
        hand.show('K1.ASVPOS', 0);
        hand.show('K1.ASVCL', 1);
      };
    },
    at: ['K1'],
    says: /K1\.ASV|Unit 1 anti-surge/,
  },
  // a periodic operation is overdue
  {
    what: 'heartbeat of the gate RTU stands still',
    kind: 'overdue',
    begin: held('RTU2.HB'),
    at: ['RTU2'],
    says: /RTU2|heartbeat/i,
  },
  // a permitted write at an unusual hour
  {
    what: 'margin of the anti-surge controller of unit 2 is lowered to 1.02',
    kind: 'unusual act',
    begin: once(({ write }) => write('K2.SPMARG', 1.02)),
    at: ['K2', 'PLC1'],
    says: /SPMARG|margin/i,
  },
  // a sensor responds more slowly
  {
    what: 'flow of gate 1 answers with a lag of 10 min',
    kind: 'slow sensor',
    begin: lagging('G1.FT', 600, 0.01),
    at: ['G1'],
    says: /G1\.FT|Gate 1/,
    hours: 4,
  },
  // others
  {
    what: 'bearing 2 of unit 1 warms by 4 °C/h',
    kind: 'other',
    begin: drifts(['K1.TB2'], 4, 0.1),
    at: ['K1'],
    says: /TB2|bearing 2/i,
    hours: 4,
  },
  {
    what: 'oil pressure of unit 1 falls by 20 kPa/h',
    kind: 'other',
    begin: drifts(['K1.POIL'], -20, 0.1),
    at: ['K1'],
    says: /POIL|oil pressure/i,
    hours: 3,
  },
  { what: 'odorant of gate 1 is stuck', kind: 'other', begin: held('G1.ODOR'), at: ['G1'], says: /ODOR|odorant/i },
  {
    what: 'scrubber clogs: its loss grows by four times the clean one an hour',
    kind: 'other',
    begin: performs('scrubber-fouling', 4),
    at: ['ST'],
    says: /DPSCR|Scrubber/i,
    hours: 3,
  },
  {
    what: 'hours of unit 2 do not count',
    kind: 'other',
    begin: reads('K2.HRS', ({ atOnset }) => atOnset('K2.HRS')),
    at: ['K2'],
    says: /K2\.HRS|Unit 2/,
    hours: 2,
  },
];

const benign: readonly Benign[] = [
  ...quietFrom(2, 8, 14, 20),
  { what: 'the units are changed over', begin: performs('changeover'), hours: 2 },
  { what: 'the anti-surge valve of unit 2 is tested', begin: performs('stroke-test', 2), hour: 9 },
  { what: 'an operator changes the set-point', begin: performs('setpoint', 6.32), hours: 2 },
  { what: 'a pig runs through line B', begin: performs('pig-run'), hour: 8, hours: 4 },
  { what: 'the scrubber is cleaned', begin: performs('scrubber-drain'), hour: 10 },
  { what: 'a regulator is serviced', begin: performs('regulator-service', 60), hour: 9, hours: 2 },
  { what: 'the meter of gate 3 is proved', begin: performs('meter-proving', 3), hour: 13 },
  { what: 'gas of another quality arrives', begin: performs('gas-quality', 40), hours: 2 },
];

/** In summer, as its shipped baseline. */
export const gasLineCases: EverydayPlant = { plugin: gasLine, season: gasLine.shipped?.season, cases, benign };
