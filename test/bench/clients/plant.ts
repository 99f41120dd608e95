/** Size of the plant. Each device has so many holding registers, one tag each. */
export const scale = { areas: 10, devicesPerArea: 5, registers: 1_000, periodMs: 1_000 } as const;
export const devices = scale.areas * scale.devicesPerArea;
export const tagCount = devices * scale.registers;

/** Registers that count seconds come first; see `registerAt`. Then one with an alarm limit, then states of drives. */
export const alarmRegister = scale.registers - 11;
const firstDrive = scale.registers - 10;
const registersPerUnit = 100;
/** Above this value the register with an alarm limit is in alarm. */
export const alarmLimit = 50;

export const isCounting = (register: number): boolean => register < alarmRegister;
/** Index of a tag in the run's tag list, which has the order of the configuration. */
export const indexOf = (device: number, register: number): number => device * scale.registers + register;
export const registerOf = (tag: number): number => tag % scale.registers;
export const deviceOf = (tag: number): number => Math.floor(tag / scale.registers);
export const nameOf = (tag: number): string => `D${deviceOf(tag)}.R${registerOf(tag)}`;
export const areaOf = (device: number): string => `A${Math.floor(device / scale.devicesPerArea)}`;

/** Registers of every device that hold a value, with that value. */
export const held: readonly (readonly [register: number, value: number])[] = [
  [alarmRegister, 0],
  ...Array.from({ length: scale.registers - firstDrive }, (_, i) => [firstDrive + i, 1] as const),
];

const devicesOf = (area: number): number[] =>
  Array.from({ length: scale.devicesPerArea }, (_, i) => area * scale.devicesPerArea + i);
const unitOf = (device: number, register: number): string => `U${device}-${Math.floor(register / registersPerUnit)}`;

/** The configuration of a monitor for devices on these ports, as lines of YAML. */
export function configuration(ports: readonly number[], dashboard: Readonly<Record<string, unknown>>): string {
  const areas = Array.from({ length: scale.areas }, (_, area) => ({
    id: `A${area}`,
    name: `Area ${area}`,
    indicators: devicesOf(area)
      .slice(0, 4)
      .map((device) => nameOf(indexOf(device, 1))),
    equipment: devicesOf(area).flatMap((device) =>
      Array.from({ length: scale.registers / registersPerUnit }, (_, unit) => ({
        id: unitOf(device, unit * registersPerUnit),
        name: `Unit ${device}-${unit}`,
        kind: 'pump',
      })),
    ),
  }));
  const named = ports.map((port, i) => [`d${i}`, { type: 'modbus', host: '127.0.0.1', port, pauseMs: 5, identity: false }]);
  return [
    `site: ${JSON.stringify({ name: 'Bench', keyTrend: nameOf(indexOf(0, 1)) })}`,
    `scanClasses: {normal: ${scale.periodMs}ms}`,
    `areas: ${JSON.stringify(areas)}`,
    `devices: ${JSON.stringify(Object.fromEntries(named))}`,
    `dashboard: ${JSON.stringify(dashboard)}`,
    'tags:',
    ...Array.from({ length: tagCount }, (_, tag) => `  ${nameOf(tag)}: ${JSON.stringify(tagEntry(tag))}`),
    '',
  ].join('\n');
}

function tagEntry(tag: number): object {
  const [device, register] = [deviceOf(tag), registerOf(tag)];
  const entry = {
    device: `d${device}`,
    address: { table: 'holding', register },
    area: areaOf(device),
    equipment: unitOf(device, register),
  };
  if (register === alarmRegister)
    return {
      ...entry,
      unit: 'm',
      description: `Level ${device}`,
      limits: { high: alarmLimit, priority: 2, response: 'Close the inlet' },
    };
  if (register >= firstDrive)
    return {
      ...entry,
      kind: 'discrete',
      role: 'status',
      states: { 0: 'stopped', 1: 'running' },
      description: `Drive ${register} of ${device}`,
    };
  return { ...entry, unit: 's', range: [0, 65_535], decimals: 0, description: `Seconds ${register} of device ${device}` };
}
