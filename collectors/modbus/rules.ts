import type { TagProblem } from '../../src/core/collector.ts';
import type { TagTable } from '../../src/core/tag.ts';
import { addressSchema, defaultType, registersIn } from '../../src/modbus/address.ts';
import type { ModbusConfig } from './config.ts';
import { crosses, isBitTable, mostOf, type PlanRules } from './planner.ts';

type RuleSettings = Pick<
  ModbusConfig,
  'transport' | 'unit' | 'maxRegisters' | 'maxBits' | 'fillRegisters' | 'fillBits' | 'forbidden'
>;

/**
 * Default cost of a request in registers: about 64 on a network, 16 on a serial line, where every register takes time. Measured,
 * and calculated from the turnaround time of a line of 9600 to 19200 baud.
 */
const networkFill = 64;
const serialFill = 16;

/** Planner rules from a device's settings. */
export function rulesOf(settings: RuleSettings): PlanRules {
  const { transport, maxRegisters, maxBits, fillRegisters, fillBits, forbidden } = settings;
  return {
    maxRegisters,
    maxBits,
    fillRegisters: fillRegisters ?? (transport === 'serial' ? serialFill : networkFill),
    fillBits,
    barriers: forbidden.map(({ unit, table, from, to }) => ({ unit, table, from, to: to + 1 })),
  };
}

/** Tags that cannot be read within the device's limits and outside of its forbidden ranges. */
export function misfits(settings: RuleSettings, device: string, tags: TagTable): TagProblem[] {
  const rules = rulesOf(settings);
  return tags.ofDevice(device).flatMap((index): TagProblem[] => {
    const { name, address } = tags.at(index);
    const parsed = addressSchema.safeParse(address);
    // An invalid address has been reported already.
    if (!parsed.success) return [];
    const { table, register, type = defaultType(table), length, unit = settings.unit } = parsed.data;
    const width = isBitTable(table) ? 1 : registersIn(type, length);
    const most = mostOf(table, rules);
    if (width > most) {
      const message = `takes ${width} registers, and ${device} gives at most ${most} in one reply (maxRegisters)`;
      return [{ tag: name, key: 'address', message }];
    }
    const barrier = rules.barriers.find((range) => crosses(range, { unit, table }, register, register + width));
    if (barrier === undefined) return [];
    const range = `${table} ${barrier.from} to ${barrier.to - 1}${barrier.unit === undefined ? '' : ` of unit ${barrier.unit}`}`;
    return [{ tag: name, key: 'address.register', message: `lies in ${range}, which ${device} forbids to read (forbidden)` }];
  });
}
