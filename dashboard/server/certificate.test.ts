import { X509Certificate } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CertificateState } from '../../src/core/certificate.ts';
import { selfSigned } from './testing/certificate.ts';
import { aBench, type Bench } from './testing/setup.ts';

const dayMs = 24 * 3_600_000;
let dir: string;
let bench: Bench;
let state: CertificateState | undefined;
let files: { readonly cert: string; readonly key: string };
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'scadawatch-certificate-'));
  files = selfSigned(dir);
  bench = await aBench({ config: { tls: { cert: files.cert, key: files.key } }, onCertificate: (now) => (state = now) });
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});

/** Fingerprint that a new connection gets. */
async function shown(): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect({ host: '127.0.0.1', port: bench.dashboard.port, rejectUnauthorized: false }, () => {
    resolve(socket.getPeerCertificate().fingerprint256);
    socket.destroy();
  }).on('error', reject);
  return promise;
}
const check = async (): Promise<void> => bench.wall.advance(11_000);
/** Waits for a fingerprint and a problem that follow from files as they are now. */
const until = async (print: string, problem: unknown): Promise<void> =>
  await expect.poll(async () => (await check(), [await shown(), state?.problem]), { timeout: 20_000 }).toEqual([print, problem]);

it('uses a renewed certificate without a restart, and keeps the old one while the files cannot be used', async () => {
  const first = await shown();
  const next = selfSigned(mkdtempSync(join(dir, 'next-')));
  // a renewal writes one file after the other
  copyFileSync(next.cert, files.cert);
  await check();
  expect([await shown(), state?.problem]).toEqual([first, undefined]);
  copyFileSync(next.key, files.key);
  const second = new X509Certificate(readFileSync(next.cert)).fingerprint256;
  await until(second, undefined);
  writeFileSync(files.cert, 'not a certificate');
  await until(second, expect.stringMatching(/cannot be used/));
  rmSync(files.cert);
  await until(second, expect.stringMatching(/cannot be read/));
  const expired = selfSigned(mkdtempSync(join(dir, 'expired-')), '20260101000000Z');
  copyFileSync(expired.cert, files.cert);
  copyFileSync(expired.key, files.key);
  await until(second, 'the new certificate is expired');
  copyFileSync(next.cert, files.cert);
  copyFileSync(next.key, files.key);
  await until(second, undefined);
});

it('reports 30, 7 and 1 days before the end', async () => {
  const end = bench.wall.now() + 31 * dayMs;
  const text = new Date(end).toISOString().replace(/[-:T]|\.\d+/g, '');
  const short = selfSigned(mkdtempSync(join(dir, 'short-')), text);
  copyFileSync(short.cert, files.cert);
  copyFileSync(short.key, files.key);
  await until(new X509Certificate(readFileSync(short.cert)).fingerprint256, undefined);
  const reached = [];
  for (const days of [31, 29, 8, 6, 2, 0.5, -1]) {
    bench.wall.set(end - days * dayMs);
    await bench.wall.advance(2_000);
    reached.push(state?.daysLeft);
  }
  expect(reached).toEqual([undefined, 30, 30, 7, 7, 1, 1]);
});
