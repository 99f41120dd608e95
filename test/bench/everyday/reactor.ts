import { reactor } from '../../../simulators/plants/reactor/index.ts';
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
  readsZero,
  scaled,
  shifted,
} from './case.ts';

const feedResults = ['A', 'B', 'C', 'D', 'E', 'F'].map((part) => `AT201.${part}`);

const cases: readonly Case[] = [
  // a flow falls to zero; a sensor's resolution changes
  { what: 'A feed flow reads 0', kind: 'flow or resolution', begin: readsZero('FT103.PV'), at: ['FT103'], says: /FT103|A feed/ },
  {
    what: 'pressure transmitter B of the reactor moves in steps of 5 kPa',
    kind: 'flow or resolution',
    begin: coarse('R1.PT01B', 5),
    at: ['R1'],
    says: /PT01B|transmitter B/,
  },
  // values that contradict each other
  {
    what: 'separator underflow reads 8 % low',
    kind: 'level against flows',
    begin: scaled('S1.FT', 0.92, 0.01),
    at: ['S1', 'XV07'],
    says: /S1\.FT|underflow/i,
    hours: 2,
  },
  {
    what: 'recycle flow reads 6 % low',
    kind: 'level against flows',
    begin: scaled('FT105.PV', 0.94, 0.01),
    at: ['FT105', 'K1'],
    says: /FT105|Recycle flow/,
    hours: 2,
  },
  // a control error lasts
  {
    what: 'stripper temperature stays 1.5 K below its set-point',
    kind: 'control error',
    begin: each(({ read, show }) => {
      for (const point of ['C1.TT', 'TIC03.PV']) show(point, read(point) - 1.5, 0.01);
    }),
    at: ['C1', 'TIC03'],
    says: /C1\.TT|TIC03|Stripper temperature/i,
  },
  {
    what: 'A feed loses four fifths of its supply: its valve is open and the flow too low',
    kind: 'control error',
    begin: performs('feed-lost', 3.8),
    at: ['FT103', 'XV03'],
    says: /FT103|XV03|A feed/,
  },
  // a command has no effect
  {
    what: 'cooling water valve of the reactor sticks by 8 %',
    kind: 'no effect',
    begin: performs('valve-sticks', 8),
    at: ['XV10', 'R1', 'TIC01', 'TIC02'],
    says: /XV10|water|temperature/i,
    hours: 2,
  },
  {
    what: 'product valve reports one position at all times',
    kind: 'no effect',
    begin: held('XV08.FB'),
    at: ['XV08'],
    says: /XV08|Product valve/i,
    hours: 2,
  },
  // a periodic operation is overdue
  {
    what: 'heartbeat of the safety controller stands still',
    kind: 'overdue',
    begin: held('SIS2.HB'),
    at: ['SIS2'],
    says: /SIS2|heartbeat/i,
  },
  {
    what: 'reactor feed analyser has no new result for three hours',
    kind: 'overdue',
    begin: each(({ atOnset, show }) => {
      for (const point of feedResults) show(point, atOnset(point));
    }),
    at: ['AT201'],
    says: /AT201|in the reactor feed/,
    hours: 3,
  },
  // a permitted write at an unusual hour
  {
    what: 'gain of the reactor temperature controller is halved',
    kind: 'unusual act',
    begin: once(({ write, read }) => write('TIC01.KC', read('TIC01.KC') / 2)),
    at: ['TIC01', 'PLC1'],
    says: /TIC01\.KC|gain/i,
  },
  {
    what: 'pressure set-point is raised to 2800 kPa at 3 in the night',
    kind: 'unusual act',
    begin: once(({ write }) => write('PIC01.SP', 2_800)),
    at: ['PIC01', 'R1'],
    says: /PIC01\.SP|pressure set-point/i,
    hour: 3,
  },
  {
    what: 'key of the safety system stays at PROGRAM',
    kind: 'unusual act',
    begin: performs('key-left'),
    at: ['SIS'],
    says: /KEY|key/i,
    hour: 22,
    hours: 2,
  },
  // a sensor responds more slowly
  {
    what: 'reactor feed flow answers with a lag of 5 min',
    kind: 'slow sensor',
    begin: lagging('FT106.PV', 300, 0.01),
    at: ['FT106'],
    says: /FT106|Reactor feed flow/,
    hours: 4,
  },
  {
    what: 'water outlet temperature of the reactor answers with a lag of 15 min',
    kind: 'slow sensor',
    begin: lagging('R1.TW', 900, 0.01),
    at: ['R1', 'TIC02'],
    says: /R1\.TW|outlet/i,
    hours: 4,
  },
  // others
  {
    what: 'temperature transmitter B of the reactor drifts by 0.5 °C/h',
    kind: 'other',
    begin: drifts(['R1.TT01B'], 0.5, 0.01),
    at: ['R1'],
    says: /TT01B|transmitter B/,
    hours: 4,
  },
  {
    what: 'pressure transmitter 2 of the safety system reads 20 kPa low',
    kind: 'other',
    begin: shifted('SIS.P2', -20, 0.1),
    at: ['SIS'],
    says: /SIS\.P2|Safety transmitter 2/,
  },
  {
    what: 'bearing of the recycle compressor wears',
    kind: 'other',
    begin: performs('bearing-wear', 0.3),
    at: ['K1'],
    says: /VIB|TB|vibration|bearing/i,
    hours: 2,
  },
  {
    what: 'cooling surface of the reactor loses 15 % of its heat transfer',
    kind: 'other',
    begin: performs('fouling', 15),
    // the safety system has transmitters of its own in the reactor, which show its temperature as soon as the others
    at: ['R1', 'SIS.T1', 'SIS.T2', 'SIS.T3', 'XV10', 'TIC01', 'TIC02'],
    says: /water|temperature|R1\.(TW|QW)|XV10|TIC0/i,
    hours: 2,
  },
  {
    what: 'A + C feed has 1 % more A',
    kind: 'other',
    begin: performs('feed-shift', 1),
    // the feed of the reactor and the recycle grow before the controller of A reacts
    at: ['AT201', 'AT202', 'AIC01', 'AIC02', 'FT103', 'FT104', 'FT105', 'FT106', 'XV03', 'XV04'],
    says: /feed|AT20|AIC0/i,
    hours: 4,
  },
];

const benign: readonly Benign[] = [
  ...quietFrom(2, 8, 14, 20),
  { what: 'the production is cut by 5 %', begin: performs('rate-change', -5), hours: 5 },
  { what: 'the grade is changed', begin: once(({ act, read }) => act('grade-change', read('PRD.MODE') === 1 ? 0 : 1)), hours: 4 },
  { what: 'an operator changes the pressure set-point', begin: performs('setpoint', 2_690), hours: 2 },
  { what: 'the purge analyser is validated', begin: performs('analyser-validation', 2), hour: 9, hours: 2 },
  { what: 'the purge valve is tested', begin: performs('purge-test'), hour: 10 },
  { what: 'an engineer tries a gain of 1.3', begin: performs('loop-tuning', 1.3), hour: 8, hours: 5 },
  { what: 'the recycle compressor is washed', begin: performs('compressor-wash'), hour: 13, hours: 2 },
  {
    what: 'a program is downloaded by a work order',
    begin: performs('program-download', 5),
    hour: 11,
    // as in the scenario `program-download`
    maintenance: [
      { place: { kind: 'equipment', id: 'PLC1' }, lastsS: 900, reason: 'program 3 of the process PLC' },
      { place: { kind: 'device', id: 'plc1' }, lastsS: 300, reason: 'all loops hold their outputs for the download' },
    ],
  },
  { what: 'the safety system is tested', begin: performs('safety-test'), hour: 9, hours: 2 },
];

/** In summer, as its shipped baseline. */
export const reactorCases: EverydayPlant = { plugin: reactor, season: reactor.shipped?.season, cases, benign };
