import type { PlantPoint } from '../../../../src/core/plant.ts';
import { Rows } from '../../../plant-kit/rows.ts';

const writable = true;
const word = { type: 'uint16' } as const;
const mpa = { unit: 'MPa' } as const;
const celsius = { unit: '°C' } as const;

function process(n: number): PlantPoint[] {
  const [where, at] = [`units/K${n}`, 60 * n] as const;
  return new Rows('plc1')
    .input(where, 'PS', at, [0, 10], `Unit ${n} suction pressure`, mpa)
    .input(where, 'PD', at + 2, [0, 10], `Unit ${n} discharge pressure`, mpa)
    .input(where, 'TS', at + 4, [-10, 60], `Unit ${n} suction temperature`, celsius)
    .input(where, 'TD', at + 6, [-10, 150], `Unit ${n} discharge temperature`, celsius)
    .input(where, 'DPO', at + 8, [0, 100], `Unit ${n} flow orifice differential pressure`, { unit: 'kPa' })
    .input(where, 'Q', at + 10, [0, 4], `Unit ${n} volume flow at suction`, { unit: 'm³/s' })
    .input(where, 'SIG', at + 12, [0, 10], `Unit ${n} flow over surge flow`)
    .input(where, 'H', at + 14, [-50, 80], `Unit ${n} polytropic head`, { unit: 'kJ/kg' }).points;
}

function machine(n: number): PlantPoint[] {
  const [where, at] = [`units/K${n}`, 60 * n] as const;
  const rows = new Rows('plc1')
    .input(where, 'N', at + 16, [0, 12_000], `Unit ${n} speed`, { unit: 'rpm' })
    .input(where, 'NSP', at + 18, [0, 12_000], `Unit ${n} requested speed`, { unit: 'rpm' })
    .input(where, 'FUEL', at + 20, [0, 2], `Unit ${n} fuel gas flow`, { unit: 'kg/s' })
    .input(where, 'TEXH', at + 22, [-20, 700], `Unit ${n} exhaust temperature`, celsius)
    .input(where, 'PWR', at + 24, [0, 5], `Unit ${n} shaft power`, { unit: 'MW' })
    .input(where, 'VIBDE', at + 26, [0, 150], `Unit ${n} vibration, drive end`, { unit: 'µm' })
    .input(where, 'VIBNDE', at + 28, [0, 150], `Unit ${n} vibration, non-drive end`, { unit: 'µm' });
  for (let k = 1; k <= 4; k++)
    rows.input(where, `TB${k}`, at + 28 + 2 * k, [-20, 150], `Unit ${n} bearing ${k} temperature`, celsius);
  return rows
    .input(where, 'POIL', at + 38, [0, 300], `Unit ${n} oil pressure`, { unit: 'kPa' })
    .input(where, 'TOIL', at + 40, [-20, 120], `Unit ${n} oil temperature`, celsius).points;
}

function antiSurge(n: number): PlantPoint[] {
  const [where, at] = [`units/K${n}`, 10 * n + 10] as const;
  return new Rows('plc1')
    .input(where, 'ASVCMD', 60 * n + 42, [0, 100], `Unit ${n} anti-surge controller output`, { unit: '%' })
    .input(where, 'ASVPOS', 60 * n + 44, [0, 100], `Unit ${n} anti-surge valve position`, { unit: '%' })
    .holding(where, 'ASMODE', at, [0, 1], `Unit ${n} anti-surge controller mode`, { ...word, writable })
    .holding(where, 'ASVMAN', at + 1, [0, 100], `Unit ${n} anti-surge valve opening in manual mode`, {
      ...word,
      unit: '%',
      scale: 0.1,
      writable,
    })
    .holding(where, 'SPMARG', at + 2, [0.8, 1.5], `Unit ${n} margin set-point of the anti-surge controller`, { writable })
    .holding(where, 'SURGES', at + 4, [0, 65_535], `Unit ${n} surge cycles since commissioning`, word)
    .holding(where, 'NMODE', at + 5, [0, 1], `Unit ${n} speed mode`, { ...word, writable })
    .holding(where, 'NMAN', at + 6, [6000, 10_500], `Unit ${n} speed in manual mode`, { ...word, unit: 'rpm', writable }).points;
}

function sequence(n: number): PlantPoint[] {
  const [where, at, bits] = [`units/K${n}`, 260 + 6 * (n - 1), 12 + 8 * n] as const;
  return new Rows('plc1')
    .input(where, 'STATE', at, [0, 10], `Unit ${n} step of the sequence`, word)
    .input(where, 'FIRST', at + 1, [0, 10], `Unit ${n} first cause of the trip`, word)
    .input(where, 'HRS', at + 2, [0, 400_000], `Unit ${n} running hours`, { type: 'uint32', unit: 'h', scale: 0.1 })
    .input(where, 'STARTS', at + 4, [0, 65_535], `Unit ${n} starts since commissioning`, word)
    .status(where, 'RUN', bits, `Unit ${n} runs`)
    .status(where, 'READY', bits + 1, `Unit ${n} ready to start`)
    .status(where, 'TRIP', bits + 2, `Unit ${n} tripped`)
    .status(where, 'ASVCL', bits + 3, `Unit ${n} anti-surge valve closed`)
    .command(where, 'CMD', bits, `Unit ${n} run command`)
    .command(where, 'RST', bits + 1, `Unit ${n} trip reset command`).points;
}

/** Points of the three compressor units. */
export const unitPoints: readonly PlantPoint[] = [1, 2, 3].flatMap((n) => [
  ...process(n),
  ...machine(n),
  ...antiSurge(n),
  ...sequence(n),
]);
