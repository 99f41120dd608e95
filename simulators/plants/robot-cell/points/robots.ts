import type { PlantPoint } from '../../../../src/core/plant.ts';
import { Rows } from '../../../plant-kit/rows.ts';

const arms = [1, 2] as const;
const axes = [1, 2, 3, 4, 5, 6] as const;
const writable = true;
const word = { type: 'uint16' } as const;
const degrees = { unit: '°' } as const;

/** Points of the axes and motors of an arm: input registers 1000 and 2000. */
function motion(n: number): PlantPoint[] {
  const rows = new Rows('plc1', true);
  for (const axis of axes) {
    const at = 1000 * n + 20 * (axis - 1);
    const [where, of] = [`arms/R${n}`, `of arm ${n} axis ${axis}`];
    rows
      .input(where, `A${axis}.POS`, at, [-360, 360], `Position ${of}`, degrees)
      .input(where, `A${axis}.SPD`, at + 2, [-400, 400], `Speed ${of}`, { unit: '°/s' })
      .input(where, `A${axis}.CUR`, at + 4, [0, 15], `Motor current ${of}`, { unit: 'A' })
      .input(where, `A${axis}.TMOT`, at + 6, [0, 160], `Motor temperature ${of}`, { unit: '°C' })
      .input(where, `A${axis}.LOAD`, at + 8, [0, 400], `Motor load ${of}`, { ...word, unit: '%' });
  }
  return rows.points;
}

/** State of an arm as a device. */
function device(n: number): PlantPoint[] {
  const [where, arm, at, set] = [`arms/R${n}`, `arm ${n}`, 1000 * n + 200, 1000 * n] as const;
  const bit = 100 * n;
  return new Rows('plc1', true)
    .input(where, 'TCPX', at, [-2000, 2000], `Tool position x of ${arm}`, { unit: 'mm' })
    .input(where, 'TCPY', at + 2, [-2000, 2000], `Tool position y of ${arm}`, { unit: 'mm' })
    .input(where, 'TCPZ', at + 4, [-2000, 3000], `Tool position z of ${arm}`, { unit: 'mm' })
    .input(where, 'TCPV', at + 6, [0, 8000], `Tool speed of ${arm}`, { unit: 'mm/s' })
    .input(where, 'MASS', at + 8, [0, 10], `Measured payload of ${arm}`, { unit: 'kg' })
    .input(where, 'TDEV', at + 10, [0, 200], `Torque deviation of ${arm} from its model`, { unit: '%' })
    .input(where, 'VAC', at + 12, [-100, 10], `Gripper vacuum of ${arm}`, { unit: 'kPa' })
    .input(where, 'OVR', at + 14, [0, 100], `Speed override in force of ${arm}`, { unit: '%' })
    .status(where, 'INCTRL', bit, `Arm ${n} has power and control`)
    .status(where, 'ONPATH', bit + 1, `Arm ${n} is on its path`)
    .status(where, 'BRK', bit + 2, `Brakes of ${arm} are released`)
    .command(where, 'VCMD', bit, `Vacuum of ${arm} enabled`)
    .holding(where, 'OVRSP', set, [0, 100], `Speed override set-point of ${arm}`, { ...word, unit: '%', writable })
    .holding(where, 'VRED', set + 1, [0, 2000], `Tool speed limit of ${arm} in manual mode`, { ...word, unit: 'mm/s', writable })
    .holding(where, 'TLIM', set + 2, [5, 200], `Collision limit of ${arm}: torque deviation`, { ...word, unit: '%', writable })
    .holding(where, 'ACCF', set + 3, [20, 200], `Acceleration factor of ${arm}`, { ...word, unit: '%', writable })
    .holding(where, 'MASSP', set + 4, [0, 10], `Payload that the controller of ${arm} assumes`, {
      ...word,
      unit: 'kg',
      scale: 0.1,
      writable,
    })
    .holding(where, 'CTRL', set + 5, [0, 2], `Control source of ${arm}`, { ...word, writable })
    .holding(where, 'JOG', set + 6, [-100, 100], `Jog speed of ${arm} by a pendant`, { type: 'int16', unit: '%', writable })
    .holding(where, 'JAX', set + 7, [1, 6], `Jog axis of ${arm}`, { ...word, writable }).points;
}

/** Controller and task of an arm. */
function controller(n: number): PlantPoint[] {
  const [where, arm, at, set] = [`arms/C${n}`, `arm ${n}`, 1000 * n + 240, 1000 * n + 20] as const;
  return new Rows('plc1', true)
    .input(where, 'TEMP', at, [0, 80], `Cabinet temperature of ${arm}`, { unit: '°C' })
    .input(where, 'FAN', at + 15, [0, 5000], `Cabinet fan speed of ${arm}`, { unit: 'rpm' })
    .input(where, 'UIN', at + 3, [0, 480], `Supply voltage of the controller of ${arm}`, { unit: 'V' })
    .input(where, 'KWH', at + 5, [0, 429496729], `Energy of ${arm}`, { type: 'uint32', unit: 'kWh', scale: 0.1 })
    .input(where, 'ONH', at + 7, [0, 429496729], `Time with power on of ${arm}`, { type: 'uint32', unit: 'h', scale: 0.1 })
    .input(where, 'CYC', at + 9, [0, 4294967295], `Cycles of ${arm}`, { type: 'uint32' })
    .input(where, 'CT', at + 11, [0, 600], `Last cycle time of ${arm}`, { unit: 's' })
    .input(where, 'LINE', at + 13, [0, 20], `Program line of ${arm}`, word)
    .input(where, 'LOADED', at + 14, [0, 1], `Program of ${arm} is loaded`, word)
    .holding(where, 'PROG', set, [1, 3], `Program of ${arm}`, { ...word, writable })
    .holding(where, 'EXEC', set + 1, [0, 2], `Execution mode of ${arm}`, { ...word, writable })
    .holding(where, 'SUM', set + 2, [0, 65535], `Checksum of the program of ${arm}`, word)
    .holding(where, 'OFS', set + 3, [-20, 20], `Correction of the place point of ${arm}`, {
      type: 'int16',
      unit: 'mm',
      scale: 0.01,
      writable,
    }).points;
}

/** Points of both arms and their controllers. */
export const robotPoints: readonly PlantPoint[] = arms.flatMap((n) => [...motion(n), ...device(n), ...controller(n)]);
