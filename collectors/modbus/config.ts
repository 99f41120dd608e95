import { z } from 'zod';

/** Settings of one Modbus TCP device. Times are of the machine's clock: they protect a real device on a real network. */
export const modbusSchema = z.strictObject({
  host: z.string().min(1).describe('name or address of the device'),
  port: z.int().min(1).max(65_535).default(502).describe('TCP port'),
  unit: z.int().min(0).max(255).default(1).describe('unit id'),
  timeoutMs: z.int().min(50).max(60_000).default(1000).describe('deadline of a request, and of the connection, in ms'),
  pauseMs: z.number().min(0).max(60_000).default(20).describe('pause between two requests, in ms'),
  pauseAfterConnectMs: z.number().min(0).max(60_000).default(0).describe('pause after the connection is made, in ms'),
  maxRegisters: z.int().min(1).max(125).default(125).describe('most registers that the device gives in one reply'),
  maxBits: z.int().min(1).max(2000).default(2000).describe('most bits that the device gives in one reply'),
  fillRegisters: z.int().min(0).max(124).default(64).describe('registers that nobody asked for, read where that saves a request'),
  fillBits: z.int().min(0).max(1999).default(256).describe('bits that nobody asked for, read where that saves a request'),
  maxRequestsPerSecond: z.number().positive().max(100_000).default(50).describe('requests per second that are never passed'),
  busyRetries: z.int().min(0).max(5).default(2).describe('retries when the device says that it is busy'),
  busyWaitMs: z
    .number()
    .min(1)
    .max(10_000)
    .default(100)
    .describe('wait before the first such retry, doubled for each further one, in ms'),
  identity: z
    .boolean()
    .default(true)
    .describe('ask for the device identification (function 43/14) once after each connect; off for devices that do not bear it'),
});
export type ModbusConfig = z.infer<typeof modbusSchema>;
