import { z } from 'zod';
import type { ModbusTable } from '../../../src/modbus/address.ts';

/** Addresses of one table, both ends included. */
export interface Stretch {
  readonly table: ModbusTable;
  readonly from: number;
  readonly to: number;
}

const highestAddress = 65_535;

const stretch = z.string().transform((text, context): Stretch => {
  const [, table = '', from = '', to = from] = /^(coil|discrete|holding|input):(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const wanted = { table: table as ModbusTable, from: Number(from), to: Number(to) };
  if (table !== '' && wanted.from <= wanted.to && wanted.to <= highestAddress) return wanted;
  const message = `${text}: a table (coil, discrete, holding, input) and its addresses from 0 to 65535, e.g. holding:0-99`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const units = z.string().transform((text, context): readonly number[] => {
  const [, from = '', to = from] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const [low, high] = [Number(from), Number(to)];
  if (from !== '' && low <= high && high <= 255) return Array.from({ length: high - low + 1 }, (_, i) => low + i);
  context.addIssue({ code: 'custom', message: `${text}: a unit id from 0 to 255, or some of them such as 1-3` });
  return z.NEVER;
});

/** Ranges and limits of a probe, as chosen by a person. Addresses have no default, so that no device is scanned by accident. */
export const modbusDiscoveryOptions = z.strictObject({
  range: z
    .array(stretch)
    .prefault([])
    .refine((all) => all.length > 0, 'which addresses may be read? e.g. --range holding:0-99 --range coil:0-15')
    .describe(
      'addresses that may be read, e.g. `holding:0-99`: coil, discrete, holding or input, counted from 0; may be repeated',
    ),
  unit: z.array(units).default([]).describe('unit ids, e.g. `1` or `1-3`; that of the device if omitted; may be repeated'),
  rate: z.number().min(0.05).max(50).default(2).describe('maximum number of requests in any second'),
  samples: z.int().min(1).max(100).default(5).describe('reads of each range; more reads show more changes'),
  every: z.number().min(0).max(3_600).default(2).describe('minimum seconds from one reading of all ranges to the next'),
  giveUp: z.int().min(1).max(20).default(3).describe('number of consecutive timeouts after which a unit is left alone'),
  extra: z
    .int()
    .min(0)
    .max(10_000)
    .default(100)
    .describe('maximum number of additional requests, for finding refused addresses and for retries'),
});
export type ModbusDiscoveryOptions = z.output<typeof modbusDiscoveryOptions>;
