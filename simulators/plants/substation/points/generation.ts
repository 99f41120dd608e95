import type { PlantPoint } from '../../../../src/core/plant.ts';
import { Rows } from '../../../plant-kit/rows.ts';

const writable = true;
const word = { type: 'uint16' } as const;
const power = { type: 'int32', unit: 'kW' } as const;
const reactive = { type: 'int32', unit: 'kvar' } as const;
const heat = { type: 'int16', unit: '°C', scale: 0.1 } as const;

function hydro(): PlantPoint[] {
  const where = 'generation/G1';
  return new Rows('plc2')
    .input(where, 'P', 300, [-10000, 10000], 'Hydro active power', power)
    .input(where, 'Q', 302, [-10000, 10000], 'Hydro reactive power', reactive)
    .input(where, 'U', 304, [0, 12000], 'Hydro terminal voltage', { ...word, unit: 'V' })
    .input(where, 'I', 305, [0, 10000], 'Hydro current', { ...word, unit: 'A' })
    .input(where, 'F', 306, [0, 60], 'Hydro frequency', { ...word, unit: 'Hz', scale: 0.001 })
    .input(where, 'N', 307, [0, 1200], 'Hydro speed', { ...word, unit: 'rpm', scale: 0.1 })
    .input(where, 'GATE', 308, [0, 100], 'Hydro gate position', { ...word, unit: '%', scale: 0.1 })
    .input(where, 'GATESP', 309, [0, 100], 'Hydro gate demand of the governor', { ...word, unit: '%', scale: 0.1 })
    .input(where, 'Q_W', 310, [0, 30], 'Hydro water flow', { ...word, unit: 'm³/s', scale: 0.01 })
    .input(where, 'HEAD', 311, [55, 65], 'Forebay level above tailwater', { ...word, unit: 'm', scale: 0.01 })
    .input(where, 'PENST', 312, [0, 1500], 'Penstock pressure', { ...word, unit: 'kPa' })
    .input(where, 'VIB', 313, [0, 20], 'Hydro vibration', { ...word, unit: 'mm/s', scale: 0.01 })
    .input(where, 'TBRG1', 314, [0, 150], 'Hydro bearing 1 temperature', heat)
    .input(where, 'TBRG2', 315, [0, 150], 'Hydro bearing 2 temperature', heat)
    .input(where, 'TBRG3', 316, [0, 150], 'Hydro bearing 3 temperature', heat)
    .input(where, 'TSTAT', 317, [0, 200], 'Hydro stator temperature', heat)
    .input(where, 'EF', 318, [0, 400], 'Hydro field voltage', { ...word, unit: 'V' })
    .input(where, 'IF', 319, [0, 1500], 'Hydro field current', { ...word, unit: 'A' })
    .input(where, 'EP', 320, [0, 429496729], 'Hydro energy', { type: 'uint32', unit: 'kWh', scale: 0.1 })
    .holding(where, 'PSP', 80, [0, 7000], 'Hydro power set-point', { ...word, unit: 'kW', writable })
    .holding(where, 'USP', 81, [5600, 7000], 'Hydro voltage set-point', { ...word, unit: 'V', writable })
    .holding(where, 'DROOP', 82, [1, 10], 'Hydro speed droop', { ...word, unit: '%', scale: 0.1, writable })
    .holding(where, 'MODE', 83, [0, 3], 'Hydro governor mode', { ...word, writable })
    .holding(where, 'CMD', 84, [0, 1], 'Hydro run command', { ...word, writable })
    .holding(where, 'PMODE', 85, [0, 1], 'Hydro power set-point mode', { ...word, writable }).points;
}

function diesel(): PlantPoint[] {
  const where = 'generation/G2';
  return new Rows('plc2')
    .input(where, 'P', 340, [-5000, 5000], 'Diesel active power', power)
    .input(where, 'Q', 342, [-5000, 5000], 'Diesel reactive power', reactive)
    .input(where, 'U', 344, [0, 1000], 'Diesel terminal voltage', { ...word, unit: 'V' })
    .input(where, 'F', 345, [0, 60], 'Diesel frequency', { ...word, unit: 'Hz', scale: 0.001 })
    .input(where, 'N', 346, [0, 2000], 'Diesel speed', { ...word, unit: 'rpm' })
    .input(where, 'FUEL', 347, [0, 5000], 'Diesel fuel', { ...word, unit: 'L' })
    .input(where, 'TCOOL', 348, [0, 150], 'Diesel coolant temperature', heat)
    .input(where, 'POIL', 349, [0, 1000], 'Diesel oil pressure', { ...word, unit: 'kPa' })
    .input(where, 'TEXH', 350, [0, 700], 'Diesel exhaust temperature', { ...word, unit: '°C' })
    .input(where, 'BATT', 351, [0, 40], 'Diesel starter battery', { ...word, unit: 'V', scale: 0.1 })
    .input(where, 'STATE', 352, [0, 6], 'Diesel state', word)
    .input(where, 'STARTS', 353, [0, 65535], 'Diesel count of starts', word)
    .input(where, 'EP', 354, [0, 429496729], 'Diesel energy', { type: 'uint32', unit: 'kWh', scale: 0.1 })
    .holding(where, 'PSP', 90, [0, 2400], 'Diesel power set-point', { ...word, unit: 'kW', writable })
    .holding(where, 'MODE', 91, [1, 2], 'Diesel governor mode', { ...word, writable })
    .holding(where, 'CMD', 92, [0, 1], 'Diesel run command', { ...word, writable }).points;
}

function synchroscope(): PlantPoint[] {
  const where = 'generation/SYNC';
  return new Rows('plc2')
    .input(where, 'DV', 385, [-100, 100], 'Synchroscope voltage difference', { type: 'int16', unit: '%', scale: 0.1 })
    .input(where, 'DF', 386, [-10, 10], 'Synchroscope frequency difference', { type: 'int16', unit: 'Hz', scale: 0.001 })
    .input(where, 'DDEL', 387, [0, 180], 'Synchroscope angle difference', { type: 'int16', unit: '°', scale: 0.1 })
    .input(where, 'OK', 388, [0, 1], 'Synchroscope permits closing', word)
    .input(where, 'ACT', 389, [0, 1], 'Synchroscope compares two live sides', word).points;
}

/** Points of the generator PLC. */
export const generationPoints: readonly PlantPoint[] = [...hydro(), ...diesel(), ...synchroscope()];
