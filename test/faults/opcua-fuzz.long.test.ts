// Long: each damaged message costs a connection, and many a session. FUZZ_MESSAGES=20000 takes up to an hour each way.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OpcuaBench, openOpcuaBench } from '../support/opcua.ts';
import type { Said } from '../support/opcua-conversation.ts';
import { fuzzClients, fuzzServer, heldBytes, recordConversation } from '../support/opcua-fuzz.ts';

let bench: OpcuaBench;
let said: readonly Said[];
beforeAll(async () => {
  bench = await openOpcuaBench({ weak: true, writers: true, sessions: 100_000 });
  said = await recordConversation(bench);
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

const count = Number(process.env['FUZZ_MESSAGES'] ?? 2_000);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);
/** Limit of additional memory, bytes: sessions of the simulated server end a minute after their last request. */
const mostHeldBytes = 500_000_000;
const timeLimit = 3 * 3_600_000;

it(
  'survives damaged messages of a server',
  async () => {
    const before = heldBytes();
    const outcome = await fuzzClients(bench, said, count, seed);
    expect(outcome.recovered).toBe(6);
    expect(heldBytes() - before).toBeLessThan(mostHeldBytes);
  },
  timeLimit,
);

it(
  'survives damaged messages of clients',
  async () => {
    const before = heldBytes();
    expect(await fuzzServer(bench, said, count, seed + 1)).toBeGreaterThan(0);
    expect(heldBytes() - before).toBeLessThan(mostHeldBytes);
  },
  timeLimit,
);
