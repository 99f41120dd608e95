import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LogFile } from '../service/log-file.ts';
import { createLogger } from './logger.ts';

const aDir = (): string => mkdtempSync(join(tmpdir(), 'scadawatch-log-'));
const line = (i: number): string => `${String(i).padStart(9, '0')}\n`;

it('a log uses bounded space, and its last lines are in order across all files', async () => {
  const dir = aDir();
  const path = join(dir, 'log', 'monitor.log');
  for (let run = 0; run < 2; run++) {
    // a new instance continues the existing file
    using log = new LogFile(path, { bytes: 100, files: 3 });
    for (let i = 0; i < 75; i++) {
      log.write(line(run * 75 + i));
      if (i % 20 === 0) await log.settled();
    }
    await log.settled();
  }
  const names = readdirSync(join(dir, 'log')).toSorted();
  expect(names).toEqual(['monitor.log', 'monitor.log.1', 'monitor.log.2', 'monitor.log.3']);
  const texts = names.toReversed().map((name) => readFileSync(join(dir, 'log', name), 'utf8'));
  for (const text of texts) expect(text.length).toBeLessThanOrEqual(110);
  const kept = texts.join('');
  expect(kept).toBe(Array.from({ length: kept.length / 10 }, (_, i) => line(150 - kept.length / 10 + i)).join(''));
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('a log that cannot be written keeps its lines and writes them later', async () => {
  const dir = aDir();
  const path = join(dir, 'monitor.log');
  mkdirSync(path);
  using log = new LogFile(path);
  log.write('waits\n');
  await log.settled();
  expect(log.error).toContain('EISDIR');
  rmSync(path, { recursive: true });
  log.write('kept\n');
  await log.settled();
  expect(readFileSync(path, 'utf8')).toBe('waits\nkept\n');
  expect(log.error).toBeUndefined();
});

it('pending lines are written once when the log is closed, also during a write', async () => {
  const path = join(aDir(), 'monitor.log');
  const earlier = new LogFile(path);
  earlier.write(line(0));
  await earlier.settled();
  earlier.write(line(1));
  earlier.write(line(2));
  earlier[Symbol.dispose]();
  expect(readFileSync(path, 'utf8')).toBe([0, 1, 2].map(line).join(''));
  await earlier.settled();
  expect(readFileSync(path, 'utf8')).toBe([0, 1, 2].map(line).join(''));
});

it('the logger writes to such a file', () => {
  const path = join(aDir(), 'monitor.log');
  {
    using logger = createLogger('info', path);
    logger.info('started', { port: 1, dashboard: { passphrase: 'x' } });
  }
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ msg: 'started', port: 1, dashboard: {} });
});
