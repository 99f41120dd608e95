import type { Plant } from '../../core/plant.ts';

/** Names that a scenario of a plant can use, with their present values: points by equipment, then true values. */
export function namesOf(plant: Plant): readonly string[] {
  const truth = Object.entries(plant.truth());
  const width = Math.max(...plant.points.map(({ name }) => name.length), ...truth.map(([name]) => name.length));
  const points = plant.points.map(({ name, equipment, description, unit, writable, opcua, modbus }, i) => {
    const access = `${writable ? 'write' : 'read'}${opcua ? ', opcua' : ''}`;
    const value = `${figure(plant.registers[i] ?? Number.NaN)} ${unit}`.trim();
    return `  ${name.padEnd(width)}  ${equipment}, ${modbus.controller}, ${access}, ${value}: ${description}`;
  });
  return [
    'Registers: name, equipment, controller, access, present value, description',
    ...points,
    'True values: name, present value',
    ...truth.map(([name, value]) => `  ${name.padEnd(width)}  ${figure(value)}`),
  ];
}

/** To four significant digits. */
const figure = (value: number): string => String(Number(value.toPrecision(4)));
