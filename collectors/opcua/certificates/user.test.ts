import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { collect, type OpcuaBench, openOpcuaBench, opcuaTag } from '../../../test/support/opcua.ts';
import { opcua, ownCertificate } from '../index.ts';

const signal = new AbortController().signal;
const tags = [opcuaTag('CL.AT01')];
let bench: OpcuaBench;
beforeAll(async () => {
  bench = await openOpcuaBench({ weak: true });
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

/** A certificate and key of a user, made as the collector makes its own. */
async function userOf(name: string) {
  const folder = join(bench.folder, name);
  const der = await ownCertificate(folder);
  const certificateFile = join(folder, 'pki/own/certs/certificate.pem');
  return { der, files: { certificateFile, keyFile: join(folder, 'pki/own/private/private_key.pem') } };
}

async function firstQuality(config: Readonly<Record<string, unknown>>): Promise<number | undefined> {
  await using session = await bench.collector(tags, config).connect(signal);
  return (await collect(session, (all) => all.samples.length > 0)).samples[0]?.quality;
}

it('logs in as nobody, by name and by certificate', async () => {
  expect(await firstQuality({ user: undefined })).toBe(0);
  expect(await firstQuality({})).toBe(0);
  const { der, files } = await userOf('alice');
  await bench.server.trustUser(der);
  expect(await firstQuality({ user: files })).toBe(0);
});

it('is refused by a certificate that the server does not know', async () => {
  const { files } = await userOf('mallory');
  await expect(bench.collector(tags, { user: files }).connect(signal)).rejects.toMatchObject({
    kind: 'config',
    code: 'DEVICE_REFUSED',
  });
});

it.each([
  ['no file', { certificateFile: '/nowhere/a.pem', keyFile: '/nowhere/k.pem' }],
  ['a file that is none', { certificateFile: import.meta.filename, keyFile: import.meta.filename }],
])('says which setting is wrong: %s', async (_, user) => {
  await expect(bench.collector(tags, { user }).connect(signal)).rejects.toMatchObject({
    kind: 'config',
    code: 'CONFIG_REFERENCE',
    hint: expect.stringContaining(user.certificateFile) as string,
  });
});

it('takes a deprecated policy only with its acknowledgement, and the acknowledgement only with one', async () => {
  const endpoint = bench.server.endpoint;
  const accepts = (config: object): boolean => opcua.schema.safeParse({ endpoint, ...config }).success;
  expect(accepts({ securityPolicy: 'Basic256' })).toBe(false);
  expect(accepts({ allowDeprecated: true })).toBe(false);
  expect(accepts({ securityPolicy: 'Basic256', allowDeprecated: true })).toBe(true);
  expect(accepts({ securityPolicy: 'None' })).toBe(false);
  expect(await firstQuality({ securityPolicy: 'Basic256', allowDeprecated: true })).toBe(0);
});
