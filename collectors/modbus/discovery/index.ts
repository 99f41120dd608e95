import { type Clock, systemClock } from '../../../src/core/clock.ts';
import type { Discovered, Discovery, DiscoveryTarget } from '../../../src/core/discovery.ts';
import { isAbort, toScadaError } from '../../../src/core/errors.ts';
import type { PluginContext } from '../../../src/core/plugin.ts';
import type { ModbusConfig } from '../config.ts';
import { RateLimitedRequester } from './requester.ts';
import { settingsOf } from './address.ts';
import { refusals } from './layout.ts';
import { planProbe, rateOf } from './plan.ts';
import { pointsOf } from './points.ts';
import { Probe } from './probe.ts';
import { type ModbusDiscoveryOptions, modbusDiscoveryOptions } from './options.ts';

/** Probes the given address ranges of a device at a given rate, and guesses the types of its registers. */
export const modbusDiscovery: Discovery<ModbusConfig, ModbusDiscoveryOptions> = {
  options: modbusDiscoveryOptions,
  settings: settingsOf,
  plan: planProbe,
  discover: (config, options, target, context, signal) => discover(config, options, target, context, signal, systemClock),
};

/** @param machine machine time: rate and pauses protect a real device */
export async function* discover(
  config: ModbusConfig,
  options: ModbusDiscoveryOptions,
  { device }: DiscoveryTarget,
  { logger }: PluginContext,
  signal: AbortSignal,
  machine: Clock,
): AsyncGenerator<Discovered, void, void> {
  const requester = new RateLimitedRequester(config, rateOf(config, options), machine, signal);
  await using _ = requester;
  const probe = new Probe(config, options, requester, machine);
  const usual = planProbe(config, options).usualRequests ?? 1;
  let end: string | undefined;
  try {
    for await (const { sampling, text } of probe.run()) {
      const of = `sampling ${sampling + 1} of ${options.samples}`;
      yield { kind: 'progress', done: Math.min(0.99, requester.sent / usual), text: `${text}; ${of}` };
    }
  } catch (thrown) {
    if (signal.aborted && isAbort(thrown)) end = 'it was stopped before its end';
    else if (probe.pieces.length > 0) end = `it ended before its time: ${toScadaError(thrown).message}`;
    else throw thrown;
  }
  logger.info(`${device}: ${requester.sent} requests, ${probe.samplings} samplings`);
  if (end !== undefined) yield { kind: 'loss', text: `${end}, ${probe.samplings} of ${options.samples} samplings are whole` };
  for (const text of [...probe.losses, ...refusals(probe.refused)]) yield { kind: 'loss', text };
  yield { kind: 'settings', settings: neededSettings(probe) };
  for (const point of pointsOf(probe.pieces, config.unit)) yield { kind: 'point', point };
}

/** Settings learned from the device: no unprobed address is read, and no reply is longer than the device permits. */
function neededSettings(probe: Probe): Record<string, unknown> {
  const most = (bits: boolean): number | undefined => {
    const tooLong = probe.tooLong(bits);
    const counts = probe.pieces
      .filter(({ table }) => (table === 'coil' || table === 'discrete') === bits)
      .map(({ count }) => count);
    return Number.isFinite(tooLong) ? Math.max(...counts.filter((count) => count < tooLong)) : undefined;
  };
  const { identity } = probe;
  const named = Object.entries(identity ?? {}).filter(([key]) => key !== 'ServerIdBytes' && key !== 'VendorUrl');
  const description = named
    .map(([, value]) => value)
    .filter((value) => value !== '')
    .join(' ');
  const settings = {
    fillRegisters: 0,
    fillBits: 0,
    maxRegisters: most(false),
    maxBits: most(true),
    identity: identity === undefined ? false : undefined,
    description: description === '' ? undefined : description,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
