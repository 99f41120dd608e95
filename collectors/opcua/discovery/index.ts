import { systemClock } from '../../../src/core/clock.ts';
import type { Discovery } from '../../../src/core/discovery.ts';
import { ScadaError } from '../../../src/core/errors.ts';
import type { OpcuaConfig } from '../config.ts';
import { planBrowse } from './plan.ts';
import { type OpcuaDiscoveryOptions, opcuaDiscoveryOptions } from './options.ts';

/** Browses a server, and proposes its variables as points. */
export const opcuaDiscovery: Discovery<OpcuaConfig, OpcuaDiscoveryOptions> = {
  options: opcuaDiscoveryOptions,
  settings: settingsOf,
  plan: planBrowse,
  async *discover(config, options, target, context, signal) {
    const { discover } = await import('./discover.ts');
    yield* discover(config, options, target, context, signal, systemClock);
  },
};

function settingsOf(endpoint: string, { security, user }: OpcuaDiscoveryOptions): Record<string, unknown> {
  if (!endpoint.startsWith('opc.tcp://')) {
    const hint = 'e.g. opc.tcp://10.0.0.7:4840';
    throw new ScadaError('config', 'INPUT_INVALID', `${endpoint} is no address of an OPC UA server`, { hint });
  }
  return {
    endpoint,
    ...(security === undefined
      ? {}
      : { securityMode: security === 'None' ? 'None' : 'SignAndEncrypt', securityPolicy: security }),
    ...(user === undefined ? {} : { user: { name: user, passphrase: '${env:OPCUA_PASSPHRASE}' } }),
  };
}
