import { waterworks } from '../../../simulators/plants/waterworks/index.ts';
import {
  type Benign,
  type Case,
  coarse,
  drifts,
  each,
  type EverydayPlant,
  type Hand,
  held,
  lagging,
  noisy,
  nothing,
  once,
  performs,
  quietFrom,
  readsZero,
  scaled,
  shifted,
} from './case.ts';

/** The machines of the station that run at the onset, and one that stands. */
const running = ({ atOnset }: Hand): string =>
  [1, 2, 3, 4].map((n) => `PS.P${n}`).find((pump) => atOnset(`${pump}.RUN`) === 1) ?? 'PS.P1';
const station = ['PS', 'PS.P1', 'PS.P2', 'PS.P3', 'PS.P4', 'DN', 'T1'];

/** Idle figures of a pump whose coupling is broken. */
const uncoupled = each((hand) => {
  const pump = running(hand);
  hand.show(`${pump}.AMP`, 28 + 0.6 * hand.random.normal(), 0.1);
  hand.show(`${pump}.KW`, 9 + 0.4 * hand.random.normal(), 0.1);
});

const cases: readonly Case[] = [
  // a flow falls to zero; a sensor's resolution changes
  {
    what: 'raw flow reads 0',
    kind: 'flow or resolution',
    begin: readsZero('RW.FT01'),
    at: ['RW', 'RW.FT01'],
    says: /Raw|RW\.FT01/,
  },
  {
    what: 'flow of filter 2 reads 0',
    kind: 'flow or resolution',
    begin: readsZero('FL2.FT'),
    at: ['FL2'],
    says: /Filter 2|FL2\.FT/,
  },
  {
    what: 'station flow reads 0',
    kind: 'flow or resolution',
    begin: readsZero('PS.FT01'),
    at: ['PS', 'PS.FT01'],
    says: /flow|PS\.FT01/i,
  },
  { what: 'flow of T2 reads 0', kind: 'flow or resolution', begin: readsZero('T2.FT'), at: ['T2'], says: /T2|Tank 2/ },
  {
    what: 'flow of the low zone reads 0',
    kind: 'flow or resolution',
    begin: readsZero('DN.FT.LOW'),
    at: ['DN', 'PRV1'],
    says: /low zone|DN\.FT\.LOW/i,
  },
  {
    what: 'clearwell level moves in steps of 5 cm',
    kind: 'flow or resolution',
    begin: coarse('CW.LT01', 0.05),
    at: ['CW'],
    says: /CW\.LT01|Clearwell level 1/,
  },
  {
    what: 'raw pH moves in steps of 0.1',
    kind: 'flow or resolution',
    begin: coarse('RW.PH01', 0.1),
    at: ['RW'],
    says: /RW\.PH01|pH/,
  },
  {
    what: 'discharge pressure moves in steps of 0.5 m',
    kind: 'flow or resolution',
    begin: coarse('PS.PT02', 0.5),
    at: ['PS'],
    says: /PS\.PT02|Discharge/i,
  },
  {
    what: 'current of booster 1 moves in steps of 4 A',
    kind: 'flow or resolution',
    begin: coarse('B1.AMP', 4),
    at: ['B1'],
    says: /B1\.AMP|Booster 1/,
    hours: 6,
  },
  // a moderate change of a dose
  {
    what: 'alum pump delivers 80 %',
    kind: 'dose',
    begin: performs('alum-feed', 0.8),
    at: ['CG', 'ST'],
    says: /Alum|CG\.|turbid/i,
  },
  {
    what: 'alum pump delivers 120 %',
    kind: 'dose',
    begin: performs('alum-feed', 1.2),
    at: ['CG', 'ST'],
    says: /Alum|CG\.|turbid/i,
  },
  {
    what: 'chlorine dose stops',
    kind: 'dose',
    begin: performs('chlorine-off'),
    at: ['CL'],
    says: /Chlorine|CL\./i,
  },
  { what: 'chlorine dose reads 15 % low', kind: 'dose', begin: scaled('CL.OP', 0.85, 0.01), at: ['CL'], says: /Chlorine|CL\./i },
  // a level contradicts the flows of the next area; slow loss across process steps
  {
    what: 'both clearwell levels drift down 4 cm/h',
    kind: 'level against flows',
    begin: drifts(['CW.LT01', 'CW.LT02'], -0.04, 0.001),
    at: ['CW', 'PS'],
    says: /CW\.|Clearwell/i,
    hours: 6,
  },
  {
    what: 'T2 level drifts up 6 cm/h',
    kind: 'level against flows',
    begin: drifts(['T2.LT'], 0.06, 0.01),
    at: ['T2'],
    says: /T2|Tank 2/,
    hours: 6,
  },
  {
    what: 'clearwell loses 6 L/s',
    kind: 'level against flows',
    begin: performs('clearwell-leak', 6),
    at: ['CW', 'PS', 'CW.LT01'],
    says: /CW\.|Clearwell|balance/i,
    hours: 6,
  },
  {
    what: 'T1 loses 4 L/s',
    kind: 'level against flows',
    begin: performs('tank-leak', 4),
    at: ['T1'],
    says: /T1|Tank 1/,
    hours: 6,
  },
  {
    what: 'flow of filter 3 reads 6 % low',
    kind: 'level against flows',
    begin: scaled('FL3.FT', 0.94, 0.1),
    at: ['FL3', 'CW'],
    says: /FL3|Filter 3|Clearwell|CW\./,
    hours: 6,
  },
  {
    what: 'main bursts in the town with 35 L/s',
    kind: 'level against flows',
    begin: performs('burst', 35),
    // the main at J7 feeds the pressure-reducing valve, whose inlet is the nearest instrument
    at: [...station, 'PRV1'],
    says: /flow|pressure|level/i,
  },
  // a control error lasts
  {
    what: 'chlorine is dosed by hand, too little',
    kind: 'control error',
    begin: once(({ write, read }) => {
      write('CL.OPM', read('CL.OP') * 0.8);
      write('CL.MODE', 0);
    }),
    at: ['CL'],
    says: /CL\.|Chlorine/i,
  },
  {
    what: 'contact chlorine reads 0.12 low',
    kind: 'control error',
    begin: shifted('CL.AT01', -0.12, 0.01),
    at: ['CL'],
    says: /CL\.|Chlorine/i,
    hours: 2,
  },
  {
    what: 'low zone is held 4 m below its set-point',
    kind: 'control error',
    begin: once(({ act, read }) => act('prv-close', read('PRV1.SP') - 4)),
    at: ['PRV1', 'DN', 'DN.PT.L1', 'DN.PT.L4'],
    says: /PRV1|low zone|DN\.PT\.L/i,
  },
  {
    what: 'low zone is held 2 m above its set-point',
    kind: 'control error',
    begin: once(({ act, read }) => act('prv-close', read('PRV1.SP') + 2)),
    at: ['PRV1', 'DN', 'DN.PT.L1', 'DN.PT.L4'],
    says: /PRV1|low zone|DN\.PT\.L/i,
  },
  // a machine runs without its effect; a command has no effect; a standby does not start
  {
    what: 'running pump takes the current of an idle one',
    kind: 'no effect',
    begin: uncoupled,
    at: station,
    says: /current|power|AMP|KW/i,
  },
  {
    what: 'intake pump 1 runs with half its current',
    kind: 'no effect',
    begin: each((hand) => {
      if (hand.read('RW.P1.RUN') === 1) hand.show('RW.P1.AMP', hand.read('RW.P1.AMP') * 0.5, 0.1);
    }),
    at: ['RW.P1', 'RW'],
    says: /RW\.P1|Intake pump 1/,
  },
  {
    what: 'boosters run without current',
    kind: 'no effect',
    begin: each((hand) => {
      for (const name of ['B1', 'B2']) if (hand.read(`${name}.RUN`) === 1) hand.show(`${name}.AMP`, 3, 0.5);
    }),
    at: ['B1', 'B2'],
    says: /B1|B2|Booster/,
    hours: 4,
  },
  {
    what: 'station pumps report running after they were stopped',
    kind: 'no effect',
    begin: each((hand) => {
      for (const n of [1, 2, 3, 4]) if (hand.atOnset(`PS.P${n}.RUN`) === 1) hand.show(`PS.P${n}.RUN`, 1);
    }),
    at: station,
    says: /P\d|pump|run/i,
    hours: 8,
    // at night a pump that runs stops while the tank fills
    hour: 1,
  },
  {
    what: 'all station pumps are held stopped',
    kind: 'no effect',
    begin: each(({ write }) => {
      for (const n of [1, 2, 3, 4]) write(`PS.P${n}.CMD`, 0);
    }),
    at: [...station, 'PLC1'],
    says: /pump|flow|write|stop/i,
  },
  {
    what: 'set-point 1.15 has no effect on the dose',
    kind: 'no effect',
    begin: () => {
      let dose: number | undefined;
      return (hand) => {
        if (hand.second === 0) hand.write('CL.SP', 1.15);
        dose ??= hand.read('CL.OP');
        hand.show('CL.OP', dose + 0.02 * hand.random.normal(), 0.01);
        hand.show('CL.AT01', hand.atOnset('CL.AT01') + 0.012 * hand.random.normal(), 0.01);
      };
    },
    at: ['CL'],
    says: /CL\.|Chlorine/i,
    hours: 3,
    hour: 10,
  },
  // a periodic operation is overdue
  { what: 'heartbeat of the RTU stands still', kind: 'overdue', begin: held('RTU2.HB'), at: ['RTU2'], says: /RTU2|heartbeat/i },
  { what: 'clock of the PLC stands still', kind: 'overdue', begin: held('PLC1.TIME'), at: ['PLC1'], says: /PLC1|clock/i },
  {
    what: 'lead pump is not rotated at midnight',
    kind: 'overdue',
    begin: held('PS.LEAD'),
    at: ['PS'],
    says: /LEAD|lead/i,
    hour: 22,
    hours: 5,
  },
  {
    what: 'no filter is washed',
    kind: 'overdue',
    begin: performs('backwash-inhibit', 1),
    at: ['FL1', 'FL2', 'FL3', 'FL4', 'BW'],
    says: /Filter|FL\d|wash/i,
    hours: 20,
  },
  // a permitted write at an unusual hour, an extra operation
  {
    what: 'chlorine set-point is raised at 3 in the night',
    kind: 'unusual act',
    begin: once(({ write }) => write('CL.SP', 1.1)),
    at: ['CL', 'PLC1'],
    says: /CL\.SP|set-point/i,
    hour: 3,
  },
  {
    what: 'lead pump is rotated in the morning',
    kind: 'unusual act',
    begin: performs('lead-rotation'),
    at: ['PS', 'PS.P1', 'PS.P2', 'PS.P3', 'PS.P4'],
    says: /lead|LEAD/i,
    hour: 10,
  },
  {
    what: 'raw pump limit is lowered',
    kind: 'unusual act',
    begin: once(({ write }) => write('SP.QMAX', 120)),
    at: ['SP', 'PLC1', 'SP.QMAX'],
    says: /QMAX|set-point/i,
  },
  {
    what: 'staging level of T1 is raised',
    kind: 'unusual act',
    begin: once(({ write, read }) => write('SP.T1ON1', read('SP.T1ON1') + 0.3)),
    at: ['SP', 'PLC1', 'SP.T1ON1'],
    says: /T1ON1|set-point/i,
  },
  // a sensor responds more slowly
  {
    what: 'contact chlorine answers with a lag of 20 min',
    kind: 'slow sensor',
    begin: lagging('CL.AT01', 1_200, 0.01),
    at: ['CL'],
    says: /CL\.AT01|contact/i,
    hours: 4,
  },
  {
    what: 'station flow answers with a lag of 2 min',
    kind: 'slow sensor',
    begin: lagging('PS.FT01', 120, 0.1),
    at: ['PS'],
    says: /PS\.FT01|flow/i,
    hours: 6,
  },
  {
    what: 'discharge pressure answers with a lag of 2 min',
    kind: 'slow sensor',
    begin: lagging('PS.PT02', 120, 0.02),
    at: ['PS'],
    says: /PS\.PT02|Discharge/i,
    hours: 6,
  },
  {
    what: 'flow of filter 1 answers with a lag of 4 min',
    kind: 'slow sensor',
    begin: lagging('FL1.FT', 240, 0.1),
    at: ['FL1'],
    says: /FL1|Filter 1/,
    hours: 6,
  },
  // others
  { what: 'clearwell level 2 is stuck', kind: 'other', begin: held('CW.LT02'), at: ['CW'], says: /CW\.LT02|Clearwell level 2/ },
  {
    what: 'river temperature drifts up 0.5 °C/h',
    kind: 'other',
    begin: drifts(['RW.TE01'], 0.5, 0.01),
    at: ['RW'],
    says: /RW\.TE01|temperature/i,
    hours: 4,
  },
  {
    what: 'discharge pressure has four times its noise',
    kind: 'other',
    begin: noisy('PS.PT02', 0.6, 0.02),
    at: ['PS'],
    says: /PS\.PT02|Discharge/i,
  },
  {
    what: 'pressure at L4 reads 2 m too high',
    kind: 'other',
    begin: shifted('DN.PT.L4', 2, 0.1),
    at: ['DN', 'PRV1'],
    says: /L4/,
  },
  { what: 'T3 level reads 5 % too high', kind: 'other', begin: scaled('T3.LT', 1.05, 0.01), at: ['T3'], says: /T3|Tank 3/ },
  {
    what: 'current of the running pump reads 8 % high',
    kind: 'other',
    begin: each((hand) => {
      const pump = running(hand);
      hand.show(`${pump}.AMP`, hand.read(`${pump}.AMP`) * 1.08, 0.1);
    }),
    at: station,
    says: /AMP|current/i,
    hours: 2,
  },
  {
    what: 'flows of filters 1 and 4 are exchanged',
    kind: 'other',
    begin: each(({ read, show }) => {
      const [one, four] = [read('FL1.FT'), read('FL4.FT')];
      show('FL1.FT', four);
      show('FL4.FT', one);
    }),
    at: ['FL1', 'FL4'],
    says: /FL1|FL4|Filter 1|Filter 4/,
    hours: 12,
  },
  {
    what: 'bearing of the lead pump wears',
    kind: 'other',
    begin: once((hand) => hand.act('pump-wear', hand.read('PS.LEAD') + 0.6)),
    at: station,
    says: /vibration|bearing|VIB|TB/i,
  },
  {
    what: 'valves of filter 2 report shut while it filters',
    kind: 'other',
    begin: each((hand) => {
      if (hand.read('FL2.ST') === 0) hand.show('FL2.VLV', 0);
    }),
    at: ['FL2'],
    says: /FL2|Filter 2/,
  },
];

const benign: readonly Benign[] = [
  ...quietFrom(1, 7, 13, 19),
  { what: 'jar test', begin: performs('jar-test', 3), hour: 11, hours: 2 },
  { what: 'chlorine set-point raised by day', begin: performs('chlorine-sp', 1.1), hour: 9, hours: 3 },
  { what: 'hydrant flushed', begin: performs('hydrant-flush'), hour: 10, hours: 2 },
  { what: 'analyser calibrated', begin: performs('analyser-calibration', 0.02), hour: 13, hours: 2 },
  { what: 'hypochlorite tank changed', begin: performs('tank-swap'), hour: 14, hours: 2 },
  { what: 'rain', begin: performs('rain', 20), hours: 4 },
  { what: 'lead pump rotated at midnight', begin: nothing, hour: 23, hours: 3 },
  { what: 'filter taken out for maintenance', begin: performs('filter-maintenance', 3), hour: 9, hours: 3 },
];

export const waterworksCases: EverydayPlant = { plugin: waterworks, cases, benign };
