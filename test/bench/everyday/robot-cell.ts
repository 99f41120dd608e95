import { robotCell } from '../../../simulators/plants/robot-cell/index.ts';
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
} from './case.ts';

const cases: readonly Case[] = [
  // a flow falls to zero; a sensor's resolution changes
  { what: 'air flow reads 0', kind: 'flow or resolution', begin: readsZero('AIR.FLOW'), at: ['AIR'], says: /AIR|Air/ },
  {
    what: 'air pressure moves in steps of 0.02 MPa',
    kind: 'flow or resolution',
    begin: coarse('AIR.P', 0.02),
    at: ['AIR'],
    says: /AIR|Air/,
  },
  // values that contradict each other
  {
    what: 'measured payload of arm 1 reads 20 % low',
    kind: 'level against flows',
    begin: scaled('R1.MASS', 0.8, 0.01),
    at: ['R1'],
    says: /MASS|payload/i,
  },
  {
    what: 'counter of good parts counts 10 % slowly',
    kind: 'level against flows',
    begin: reads('CELL.GOOD', ({ atOnset, read }) => atOnset('CELL.GOOD') + 0.9 * (read('CELL.GOOD') - atOnset('CELL.GOOD')), 1),
    at: ['CELL'],
    says: /GOOD|Good parts/,
    hours: 6,
  },
  // a control error lasts
  {
    what: 'infeed conveyor runs 10 % below its set-point',
    kind: 'control error',
    begin: scaled('CV1.SPD', 0.9, 0.001),
    at: ['CV1'],
    says: /CV1|Infeed/,
  },
  // a machine runs without its effect; a command has no effect
  {
    what: 'cup of arm 1 leaks',
    kind: 'no effect',
    begin: performs('cup-wear', 0.9),
    at: ['R1', 'AIR'],
    says: /VAC|vacuum|part/i,
    hours: 2,
  },
  // the stopper is closed in ordinary operation: a contact that is stuck closed shows nothing
  { what: 'closed stopper reports opened', kind: 'no effect', begin: readsZero('STP.POS'), at: ['STP'], says: /STP|Stopper/ },
  // a periodic operation is overdue
  {
    what: 'heartbeat of the cell PLC stands still',
    kind: 'overdue',
    begin: held('PLC1.HB'),
    at: ['PLC1'],
    says: /PLC1|heartbeat/i,
  },
  // a permitted write at an unusual hour, an extra operation
  {
    what: 'collision limit of arm 2 is doubled',
    kind: 'unusual act',
    begin: once(({ write, read }) => write('R2.TLIM', 2 * read('R2.TLIM'))),
    at: ['R2'],
    says: /TLIM|Collision limit/,
  },
  {
    what: 'inspection is disabled',
    kind: 'unusual act',
    begin: once(({ write }) => write('FX.INSP', 0)),
    at: ['FX'],
    says: /INSP|Inspection/,
  },
  // a sensor responds more slowly
  {
    what: 'vacuum of arm 2 answers with a lag of 5 s',
    kind: 'slow sensor',
    begin: lagging('R2.VAC', 5, 0.1),
    at: ['R2'],
    says: /VAC|vacuum/i,
  },
  // others
  {
    what: 'a bearing of arm 1 has 40 % more friction',
    kind: 'other',
    begin: performs('bearing-wear', 0.4),
    at: ['R1'],
    says: /R1\.A2|arm 1 axis 2|TDEV|torque/i,
    hours: 4,
  },
  {
    what: 'motor of axis 3 of arm 1 warms by 6 °C/h',
    kind: 'other',
    begin: drifts(['R1.A3.TMOT'], 6, 0.1),
    at: ['R1'],
    says: /A3 TMOT|A3\.TMOT|arm 1 axis 3/i,
    hours: 4,
  },
  {
    what: 'place point of arm 1 is 3 mm wrong in the program',
    kind: 'other',
    begin: performs('program-error', 3),
    // the program of arm 1 is in its controller C1
    at: ['FX', 'CELL', 'C1'],
    says: /Press|PEAK|FINAL|reject|verdict|program of arm 1/i,
  },
  {
    what: 'cabinet fan of arm 2 runs at half speed',
    kind: 'other',
    begin: scaled('C2.FAN', 0.5, 1),
    at: ['C2'],
    says: /FAN|fan/,
  },
];

const benign: readonly Benign[] = [
  ...quietFrom(2, 8, 14, 20),
  { what: 'an operator reaches through the curtain', begin: performs('pass-curtain', 5) },
  { what: 'a person walks into the warning field', begin: performs('approach', 20) },
  { what: 'a pallet is pushed through the muted curtain', begin: performs('pallet-load') },
  { what: 'the place point is corrected by 0.2 mm', begin: performs('touch-up', 0.2), hour: 9, hours: 2 },
  {
    what: 'the product is changed',
    begin: once(({ act, read }) => act('product-change', 3 - read('C1.PROG'))),
    hour: 12,
    hours: 2,
  },
  { what: 'the cell runs with 80 % override for an hour', begin: performs('override-shift', 80), hours: 2 },
  { what: 'maintenance works behind the door', begin: performs('door-service', 12), hour: 10, hours: 2 },
  { what: 'the press shop sends no parts for five minutes', begin: performs('starved', 5) },
];

export const robotCellCases: EverydayPlant = { plugin: robotCell, season: robotCell.shipped?.season, cases, benign };
