import type { DiscoveryPlan } from '../../../src/core/discovery.ts';
import { functionName } from '../../../src/modbus/functions.ts';
import type { ModbusConfig } from '../config.ts';
import { wholePerSecond } from '../pacer.ts';
import { layOut, rangeText, unitsOf } from './layout.ts';
import type { ModbusDiscoveryOptions } from './options.ts';

const functionOf = { coil: 1, discrete: 2, holding: 3, input: 4 } as const;

/** Maximum number of parts of an identity (43/14); one request of function 17 may follow. */
const mostIdentityParts = 17;

/** Maximum number of requests that a plan lists; the rest is counted. */
const mostNamed = 12;

/** Maximum number of requests in any second. */
export const rateOf = (config: ModbusConfig, { rate }: ModbusDiscoveryOptions): number =>
  wholePerSecond(Math.min(rate, config.maxRequestsPerSecond));

/**
 * Maximum number of requests of a probe. Each refused request that is halved adds two requests to the first reading, and one to
 * each further reading.
 */
export function mostRequests(config: ModbusConfig, options: ModbusDiscoveryOptions): number {
  const planned = layOut(config, options).length;
  const later = (options.samples - 1) * (planned + Math.ceil(options.extra / 2));
  return planned + options.extra + later + (config.identity ? mostIdentityParts : 0);
}

/** Requests that a probe will send to the device. */
export function planProbe(config: ModbusConfig, options: ModbusDiscoveryOptions): DiscoveryPlan {
  const requests = layOut(config, options);
  const { samples, every, giveUp, extra } = options;
  const perSecond = rateOf(config, options);
  const usualRequests = requests.length * samples + (config.identity ? 1 : 0);
  const once = Math.max(requests.length / perSecond, every);
  const codes = [...new Set(requests.map(({ table }) => functionOf[table]))].toSorted((a, b) => a - b);
  return {
    operations: [
      ...codes.map((code) => `FC${code} ${functionName(code)}`),
      ...(config.identity ? [`FC43/14 ${functionName(43, 14)}, once`] : []),
      ...(config.identity && config.serverId ? [`FC17 ${functionName(17)}, once, where FC43/14 is refused in order`] : []),
    ],
    steps: [
      ...requests.slice(0, mostNamed).map(rangeText),
      ...(requests.length > mostNamed ? [`and ${requests.length - mostNamed} requests more like these`] : []),
      `${samples === 1 ? 'once' : `${samples} times, ${every} s apart at least`}; a request that is refused is cut in two, ${extra} requests more at most`,
    ],
    usualRequests,
    mostRequests: mostRequests(config, options),
    requestsPerSecond: perSecond,
    seconds: (samples - 1) * once + requests.length / perSecond + (config.identity ? 1 / perSecond : 0),
    stops: [
      `after ${giveUp} time-outs in a row a unit is left alone${unitsOf(config, options).length > 1 ? ', after two such units all of them' : ''}`,
      'a device that is slow or busy is asked more seldom',
      'Ctrl-C stops at once',
    ],
  };
}
