import { writeSync } from 'node:fs';
import { systemClock } from '../../src/core/clock.ts';
import { silentLogger } from '../../src/core/plugin.ts';
import { Shutdown } from '../../src/core/shutdown.ts';
import type { Serving } from '../../src/app/serve.ts';
import { Service } from '../../src/service/service.ts';

/**
 * An empty service that fails on command: `service-process.ts MODE [MS]`. Prints `up` when it runs, and each fault that it
 * reports.
 */
const [mode = '', ms = '0'] = process.argv.slice(2);
const say = (text: string): void => void writeSync(1, `${text}\n`);
const block = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(ms));

const shutdown = new Shutdown(systemClock);
const never = Promise.withResolvers<never>();
const serving = {
  monitor: { done: never.promise, report: (fault: string, detail: string) => say(`${fault}: ${detail}`) },
  unfinished: () => shutdown.unfinished(),
  isHanging: () => shutdown.isHanging(),
  [Symbol.asyncDispose]: async () => {
    const hangs = mode === 'hang';
    await shutdown.step('historian', hangs ? 60_000 : 1_000, () => (hangs ? new Promise<void>(() => {}) : undefined));
    if (mode === 'block-stop') {
      await systemClock.sleep(3_000);
      block();
    }
    say('closed');
  },
} as unknown as Serving;

/** Keeps the process alive, as the parts of a real service do. */
const keepAlive = new AbortController();
void systemClock.sleep(600_000, keepAlive.signal).catch(() => {});

async function main(): Promise<void> {
  await using service = new Service({ logger: silentLogger, dataDir: process.env['RUN_DIR'] });
  await using _ = serving;
  if (mode === 'slow-start') block();
  const running = service.run(serving);
  say('up');
  if (mode === 'throw')
    process.nextTick(() => {
      throw new Error('a socket that nobody listens to');
    });
  if (mode === 'reject') void Promise.reject(new Error('a promise that nobody awaits'));
  if (mode === 'block') {
    block();
    say('on');
  }
  if (mode === 'fail') never.reject(new Error('no part is left'));
  await running;
}

await main();
keepAlive.abort();
