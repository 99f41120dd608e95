import type { Clock } from '../../src/core/clock.ts';
import type { CollectorTarget } from '../../src/core/collector.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { Logger } from '../../src/core/plugin.ts';
import { DeviceCondition } from './condition.ts';
import type { ModbusConfig } from './config.ts';
import { IdentityMemory } from './identity.ts';
import { RequestPacer } from './pacer.ts';
import { DevicePlan } from './plan.ts';
import { type ScanClass, scanClasses } from './points.ts';
import { RefusalMemory } from './refusals.ts';
import { misfits, rulesOf } from './rules.ts';

/** State of a device that outlives its connections: its condition, refusals, plan and budgets. */
export interface ModbusDevice {
  readonly name: string;
  readonly plan: DevicePlan;
  readonly condition: DeviceCondition;
  readonly pacer: RequestPacer;
  readonly identity: IdentityMemory;
}

/** Plans the requests of scan classes from a device's settings and the refusals stored in its folder. */
export function planDevice(
  config: ModbusConfig,
  classes: readonly ScanClass[],
  dataDir: string,
  machine: Clock,
  logger: Logger,
): DevicePlan {
  const memory = new RefusalMemory(dataDir, machine.now(), logger);
  return new DevicePlan(classes, rulesOf(config), memory, machine.now(), logger);
}

/** @throws ScadaError CONFIG_INVALID for a tag that the device, as configured, cannot serve */
export function createDevice(
  config: ModbusConfig,
  { device: name, tags, dataDir }: CollectorTarget,
  machine: Clock,
  logger: Logger,
): ModbusDevice {
  const [misfit] = misfits(config, name, tags);
  if (misfit !== undefined)
    throw new ScadaError('config', 'CONFIG_INVALID', `tag ${misfit.tag}, ${misfit.key}: ${misfit.message}`);
  const classes = scanClasses(name, tags, config.unit);
  const units = new Set(classes.flatMap(({ points }) => points.map(({ unit }) => unit)));
  return {
    name,
    plan: planDevice(config, classes, dataDir, machine, logger),
    condition: new DeviceCondition(name, units, config.mostStretch, logger),
    pacer: new RequestPacer(machine, config.pauseMs, config.maxRequestsPerSecond),
    identity: new IdentityMemory(config.identity, config.serverId),
  };
}
