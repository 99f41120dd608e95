import type { PlantPoint } from '../../../../src/core/plant.ts';
import { Rows } from '../../../plant-kit/rows.ts';
import { type BreakerName, breakerNames, breakerTitles } from '../breaker-names.ts';

const writable = true;
const word = { type: 'uint16' } as const;
const power = { type: 'int32', unit: 'kW' } as const;
const reactive = { type: 'int32', unit: 'kvar' } as const;
const numbers = [1, 2, 3, 4] as const;

function grid(): PlantPoint[] {
  const where = 'grid/GRID';
  const voltage = { ...word, unit: 'kV', scale: 0.1 };
  return new Rows('rtu1')
    .input(where, 'UAB', 0, [0, 145], '110 kV voltage A–B', voltage)
    .input(where, 'UBC', 1, [0, 145], '110 kV voltage B–C', voltage)
    .input(where, 'UCA', 2, [0, 145], '110 kV voltage C–A', voltage)
    .input(where, 'F', 3, [0, 60], 'Grid frequency', { ...word, unit: 'Hz', scale: 0.001 })
    .input(where, 'P', 4, [-60000, 60000], 'Grid import, active power', power)
    .input(where, 'Q', 6, [-60000, 60000], 'Grid import, reactive power', reactive)
    .input(where, 'PF', 8, [-1, 1], 'Power factor of the import', { type: 'int16', scale: 0.001 })
    .input(where, 'EPI', 218, [0, 429496729], 'Energy imported', { type: 'uint32', unit: 'kWh', scale: 0.1 })
    .input(where, 'EPE', 220, [0, 429496729], 'Energy exported', { type: 'uint32', unit: 'kWh', scale: 0.1 }).points;
}

function transformer(n: 1 | 2): PlantPoint[] {
  const where = `grid/T${n}`;
  const base = 20 + 16 * (n - 1);
  const holding = 8 * (n - 1);
  const heat = { type: 'int16', unit: '°C', scale: 0.1 } as const;
  return new Rows('rtu1')
    .input(where, 'P', base, [-60000, 60000], `Transformer ${n} active power`, power)
    .input(where, 'Q', base + 2, [-60000, 60000], `Transformer ${n} reactive power`, reactive)
    .input(where, 'I', base + 4, [0, 6000], `Transformer ${n} current, 20 kV side`, { ...word, unit: 'A' })
    .input(where, 'TAP', base + 5, [1, 19], `Transformer ${n} tap position`, word)
    .input(where, 'OIL', base + 6, [-40, 160], `Transformer ${n} oil temperature`, heat)
    .input(where, 'HOT', base + 7, [-40, 200], `Transformer ${n} hot spot temperature`, heat)
    .input(where, 'AMB', base + 8, [-40, 60], `Transformer ${n} ambient temperature`, heat)
    .input(where, 'FAN', base + 9, [0, 1], `Transformer ${n} fans running`, word)
    .holding(where, 'MODE', holding, [0, 1], `Transformer ${n} tap changer mode`, { ...word, writable })
    .holding(where, 'USP', holding + 1, [18, 22], `Transformer ${n} voltage set-point`, {
      ...word,
      unit: 'kV',
      scale: 0.01,
      writable,
    })
    .holding(where, 'BW', holding + 2, [0.5, 5], `Transformer ${n} voltage dead band`, {
      ...word,
      unit: '%',
      scale: 0.1,
      writable,
    })
    .command(where, 'TAPUP', 2 * (n - 1), `Transformer ${n} raise 20 kV voltage by a tap`)
    .command(where, 'TAPDN', 2 * (n - 1) + 1, `Transformer ${n} lower 20 kV voltage by a tap`).points;
}

function busbars(): PlantPoint[] {
  const rows = new Rows('rtu1');
  ['A', 'B'].forEach((bus, i) => {
    const where = `busbars/BUS${bus}`;
    const base = 60 + 8 * i;
    const voltage = { ...word, unit: 'kV', scale: 0.01 };
    rows
      .input(where, 'UAB', base, [0, 30], `Busbar ${bus} voltage A–B`, voltage)
      .input(where, 'UBC', base + 1, [0, 30], `Busbar ${bus} voltage B–C`, voltage)
      .input(where, 'UCA', base + 2, [0, 30], `Busbar ${bus} voltage C–A`, voltage)
      .input(where, 'F', base + 3, [0, 60], `Busbar ${bus} frequency`, { ...word, unit: 'Hz', scale: 0.001 })
      .input(where, 'U0', base + 4, [0, 30], `Busbar ${bus} residual voltage`, voltage);
  });
  return rows
    .input('busbars/CAP', 'N', 394, [0, 2], 'Capacitors in service', word)
    .holding('busbars/CAP', 'MODE', 100, [0, 1], 'Capacitor control mode', { ...word, writable }).points;
}

function feeder(n: number): PlantPoint[] {
  const where = `feeders/F${n}`;
  const base = 80 + 12 * (n - 1);
  const current = { ...word, unit: 'A' };
  const record = 240 + 6 * (n - 1);
  const setting = 40 + 8 * (n - 1);
  return new Rows('rtu1')
    .input(where, 'IA', base, [0, 20000], `Feeder ${n} current A`, current)
    .input(where, 'IB', base + 1, [0, 20000], `Feeder ${n} current B`, current)
    .input(where, 'IC', base + 2, [0, 20000], `Feeder ${n} current C`, current)
    .input(where, 'I0', base + 3, [0, 2000], `Feeder ${n} residual current`, { ...current, scale: 0.1 })
    .input(where, 'P', base + 4, [-20000, 20000], `Feeder ${n} active power`, power)
    .input(where, 'Q', base + 6, [-20000, 20000], `Feeder ${n} reactive power`, reactive)
    .input(where, 'PF', base + 8, [-1, 1], `Feeder ${n} power factor`, { type: 'int16', scale: 0.001 })
    .input(where, 'EP', 200 + 4 * (n - 1), [0, 429496729], `Feeder ${n} active energy`, {
      type: 'uint32',
      unit: 'kWh',
      scale: 0.1,
    })
    .input(where, 'EQ', 202 + 4 * (n - 1), [0, 429496729], `Feeder ${n} reactive energy`, {
      type: 'uint32',
      unit: 'kvarh',
      scale: 0.1,
    })
    .input(where, 'PICKUP', record, [0, 1], `Feeder ${n} overcurrent relay picked up`, word)
    .input(where, 'TRIPC', record + 1, [0, 65535], `Feeder ${n} count of relay trips`, word)
    .input(where, 'LASTI', record + 2, [0, 20000], `Feeder ${n} current at last trip`, current)
    .input(where, 'LASTT', record + 3, [0, 65535], `Feeder ${n} relay time at last trip`, { ...word, unit: 'ms' })
    .holding(where, 'ISET', setting, [50, 2000], `Feeder ${n} overcurrent setting`, { ...current, writable })
    .holding(where, 'TMS', setting + 1, [0.05, 5], `Feeder ${n} time multiplier`, { ...word, scale: 0.01, writable })
    .holding(where, 'CURVE', setting + 2, [0, 3], `Feeder ${n} relay curve`, { ...word, writable })
    .holding(where, 'ISET2', setting + 3, [200, 20000], `Feeder ${n} instantaneous setting`, { ...current, writable })
    .holding(where, 'AR', setting + 4, [0, 1], `Feeder ${n} auto-reclose`, { ...word, writable }).points;
}

/** Area and equipment of a breaker: the bay that it switches. Only the coupler is a bay of its own. */
function bayOf(name: BreakerName): { readonly area: string; readonly equipment: string } {
  const number = name.replaceAll(/\D/g, '');
  if (name.startsWith('QF')) return { area: 'feeders', equipment: `F${number}` };
  if (name.startsWith('QG')) return { area: 'generation', equipment: `G${number}` };
  if (name.startsWith('QT')) return { area: 'grid', equipment: `T${number}` };
  return { area: 'busbars', equipment: name === 'QC' ? name : 'CAP' };
}

function breakers(): PlantPoint[] {
  return breakerNames.flatMap((name, i) => {
    const { area, equipment } = bayOf(name);
    const where = `${area}/${name}`;
    const title = breakerTitles[name];
    const { points } = new Rows('rtu1')
      .status(where, 'POS', 5 * i, `${title} closed`)
      .status(where, 'OPN', 5 * i + 1, `${title} open`)
      .status(where, 'SPR', 5 * i + 2, `${title} spring charged`)
      .status(where, 'LR', 5 * i + 3, `${title} in remote control`)
      .status(where, 'TRIP', 5 * i + 4, `${title} tripped by protection`)
      .command(where, 'SEL', 10 + 2 * i, `${title} select before operate`)
      .command(where, 'CMD', 11 + 2 * i, `${title} command`);
    return points.map((point) => ({ ...point, equipment }));
  });
}

function station(): PlantPoint[] {
  const rows = new Rows('rtu1');
  for (const n of numbers) {
    rows.holding('station/UFLS', `F${n}`, 90 + (n - 1), [45, 50], `Load shedding stage ${n} frequency`, {
      ...word,
      unit: 'Hz',
      scale: 0.001,
      writable,
    });
  }
  return rows
    .holding('station/UFLS', 'T', 94, [0.05, 5], 'Load shedding delay', { ...word, unit: 's', scale: 0.001, writable })
    .holding('station/UFLS', 'EN', 95, [0, 1], 'Load shedding enabled', { ...word, writable })
    .holding('station/UFLS', 'DONE', 96, [0, 15], 'Load shedding stages done, one bit per stage', word)
    .holding('station/TRF', 'EN', 110, [0, 1], 'Automatic transfer enabled', { ...word, writable })
    .holding('station/TRF', 'STEP', 111, [0, 6], 'Automatic transfer step', word)
    .input('station/DC', 'U', 380, [0, 160], 'Battery voltage', { type: 'int16', unit: 'V', scale: 0.1 })
    .input('station/DC', 'I', 381, [-100, 100], 'Battery current', { type: 'int16', unit: 'A', scale: 0.1 })
    .input('station/DC', 'CHG', 382, [0, 1], 'Battery charger on', word).points;
}

/** Points of the station RTU. */
export const networkPoints: readonly PlantPoint[] = [
  ...grid(),
  ...transformer(1),
  ...transformer(2),
  ...busbars(),
  ...numbers.flatMap(feeder),
  ...breakers(),
  ...station(),
];
