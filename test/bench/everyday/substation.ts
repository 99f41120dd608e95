import { substation } from '../../../simulators/plants/substation/index.ts';
import {
  type Benign,
  type Case,
  coarse,
  drifts,
  each,
  type EverydayPlant,
  held,
  lagging,
  once,
  performs,
  quietFrom,
  reads,
  readsZero,
  scaled,
} from './case.ts';

const cases: readonly Case[] = [
  // a flow falls to zero; a sensor's resolution changes
  { what: 'power of feeder 2 reads 0', kind: 'flow or resolution', begin: readsZero('F2.P'), at: ['F2'], says: /F2|Feeder 2/ },
  {
    what: 'voltage of busbar A moves in steps of 0.2 kV',
    kind: 'flow or resolution',
    begin: coarse('BUSA.UAB', 0.2),
    at: ['BUSA'],
    says: /BUSA|Busbar A/,
  },
  // values that contradict each other
  {
    what: 'current of phase B of feeder 3 reads 8 % low',
    kind: 'level against flows',
    begin: scaled('F3.IB', 0.92, 1),
    at: ['F3'],
    says: /F3|Feeder 3/,
  },
  {
    what: 'energy meter of feeder 1 counts 10 % slowly',
    kind: 'level against flows',
    begin: reads('F1.EP', ({ atOnset, read }) => atOnset('F1.EP') + 0.9 * (read('F1.EP') - atOnset('F1.EP')), 0.1),
    at: ['F1'],
    says: /F1|Feeder 1/,
    hours: 6,
  },
  // a control error lasts
  {
    what: 'the hydro unit stays 1 MW below its set-point',
    kind: 'control error',
    begin: once(({ act, write, read }) => {
      act('gate-blocked');
      write('G1.PSP', read('G1.PSP') + 1_000);
    }),
    at: ['G1', 'PLC2'],
    says: /G1|Hydro/i,
    hours: 2,
  },
  // a machine runs without its effect; a command has no effect; a standby does not start
  {
    what: 'breaker of feeder 4 reports closed after it was opened',
    kind: 'no effect',
    begin: () => {
      let isOpened = false;
      return ({ act, show }) => {
        if (!isOpened) act('outage-order', 4);
        isOpened = true;
        show('QF4.POS', 1);
        show('QF4.OPN', 0);
      };
    },
    at: ['F4'],
    says: /F4|Feeder 4/,
    hour: 9,
  },
  // a periodic operation is overdue
  {
    what: 'heartbeat of the generator PLC stands still',
    kind: 'overdue',
    begin: held('PLC2.HB'),
    at: ['PLC2'],
    says: /PLC2|heartbeat/i,
  },
  // a permitted write at an unusual hour, an extra operation
  {
    what: 'instantaneous setting of feeder 4 is doubled',
    kind: 'unusual act',
    begin: once(({ write, read }) => write('F4.ISET2', 2 * read('F4.ISET2'))),
    at: ['F4', 'RTU1'],
    says: /ISET2|setting/i,
  },
  // a sensor responds more slowly
  {
    what: 'power of feeder 2 answers with a lag of 3 min',
    kind: 'slow sensor',
    begin: lagging('F2.P', 180, 1),
    at: ['F2'],
    says: /F2|Feeder 2/,
    hours: 4,
  },
  // others
  {
    what: 'bearing 2 of the hydro unit warms by 3 °C/h',
    kind: 'other',
    begin: drifts(['G1.TBRG2'], 3, 0.1),
    at: ['G1'],
    says: /TBRG2|bearing/i,
    hours: 4,
  },
  { what: 'battery voltage is stuck', kind: 'other', begin: held('DC.U'), at: ['DC'], says: /DC|Battery/i },
  {
    what: 'load of feeder 1 reads 5 % high',
    kind: 'other',
    begin: each(({ read, show }) => {
      for (const point of ['F1.P', 'F1.Q']) show(point, Math.round(read(point) * 1.05));
    }),
    at: ['F1'],
    says: /F1|Feeder 1/,
  },
];

const benign: readonly Benign[] = [
  ...quietFrom(2, 8, 14, 20),
  { what: 'feeder 3 is worked on', begin: performs('switching-order', 3), hour: 9, hours: 2 },
  { what: 'diesel set is tested', begin: performs('diesel-test'), hour: 10, hours: 2 },
  { what: 'transformer 2 is worked on', begin: performs('transformer-order', 2), hour: 11, hours: 2 },
  { what: 'neighbours move 2 MW to this station', begin: performs('load-transfer', 2), hours: 2 },
  { what: 'a line fault is cleared', begin: performs('line-fault', 2), hours: 2 },
  { what: 'it rains', begin: performs('rain', 2), hours: 4 },
  { what: 'a tap changer is moved by hand', begin: performs('tap-order', 1), hour: 13, hours: 2 },
  { what: 'the voltage of the grid sags for two seconds', begin: performs('voltage-sag', 0.05) },
];

/** In summer, as its shipped baseline. */
export const substationCases: EverydayPlant = { plugin: substation, season: substation.shipped?.season, cases, benign };
