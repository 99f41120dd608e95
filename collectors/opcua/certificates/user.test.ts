import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EndpointDescription, MessageSecurityMode, SecurityPolicy, UserTokenType } from 'node-opcua-client';
import { ownCertificate } from './pki.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { collect, type OpcuaBench, openOpcuaBench, opcuaTag } from '../../../test/support/opcua.ts';
import { opcua } from '../index.ts';
import { needsCare, refuseWeakLogin } from './user.ts';

const signal = new AbortController().signal;
const tags = [opcuaTag('CL.AT01')];
let bench: OpcuaBench;
beforeAll(async () => {
  bench = await openOpcuaBench({ weak: true });
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

/** A user's certificate and key, created as the collector creates its own. */
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

it('signs in anonymously, by name and by certificate', async () => {
  expect(await firstQuality({ user: undefined })).toBe(0);
  expect(await firstQuality({})).toBe(0);
  const { der, files } = await userOf('alice');
  await bench.server.trustUser(der);
  expect(await firstQuality({ user: files })).toBe(0);
});

it('is refused with a certificate that the server does not know', async () => {
  const { files } = await userOf('mallory');
  await expect(bench.collector(tags, { user: files }).connect(signal)).rejects.toMatchObject({
    kind: 'config',
    code: 'DEVICE_REFUSED',
  });
});

const keys = mkdtempSync(join(tmpdir(), 'scadawatch-user-key-'));
const garbage = join(keys, 'garbage.pem');
writeFileSync(garbage, 'no key', { mode: 0o600 });
afterAll(() => rmSync(keys, { recursive: true }));

it('refuses a key that other users can read, and gives the command that corrects it', async () => {
  const readable = join(keys, 'readable.pem');
  writeFileSync(readable, 'no key');
  chmodSync(readable, 0o644);
  const user = { certificateFile: import.meta.filename, keyFile: readable };
  await expect(bench.collector(tags, { user }).connect(signal)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    hint: expect.stringContaining(`chmod 600 ${readable}`) as string,
  });
});

it.each([
  ['no file', { certificateFile: '/nowhere/a.pem', keyFile: '/nowhere/k.pem' }],
  ['a file that is none', { certificateFile: import.meta.filename, keyFile: garbage }],
])('names the wrong setting: %s', async (_, user) => {
  await expect(bench.collector(tags, { user }).connect(signal)).rejects.toMatchObject({
    kind: 'config',
    code: 'CONFIG_REFERENCE',
    hint: expect.stringContaining(user.certificateFile) as string,
  });
});

it.each([
  ['None', ['None'], false],
  ['None', [''], false],
  ['None', ['Basic256'], false],
  ['None', ['Basic256', 'Basic256Sha256'], true],
  ['Sign', [''], true],
  ['Sign', ['None'], false],
])('over a channel of mode %s with user token policy %j sends a passphrase: %s', (securityMode, policies, sends) => {
  const uri = (policy: string): string => (policy === '' ? '' : SecurityPolicy[policy as keyof typeof SecurityPolicy]);
  const securityPolicy = securityMode === 'None' ? 'None' : 'Aes256_Sha256_RsaPss';
  const user = { name: 'reader', passphrase: 'not-this-one' };
  const config = opcua.schema.parse({ endpoint: 'opc.tcp://plc:4840', user, securityMode, securityPolicy });
  const offer = new EndpointDescription({
    securityMode: MessageSecurityMode[securityMode as 'None' | 'Sign'],
    securityPolicyUri: SecurityPolicy[securityPolicy],
    userIdentityTokens: policies.map((policy) => ({ tokenType: UserTokenType.UserName, securityPolicyUri: uri(policy) })),
  });
  expect(needsCare(config)).toBe(true);
  const refuse = (): void => refuseWeakLogin(config, 'ua1', [offer]);
  if (sends) expect(refuse).not.toThrow();
  else expect(refuse).toThrow(/the passphrase would go over the network/);
  if (!sends) expect(refuse).not.toThrow(/not-this-one/);
});

it('accepts a deprecated policy only if it is acknowledged, and the acknowledgement only with such a policy', async () => {
  const endpoint = bench.server.endpoint;
  const accepts = (config: object): boolean => opcua.schema.safeParse({ endpoint, ...config }).success;
  expect(accepts({ securityPolicy: 'Basic256' })).toBe(false);
  expect(accepts({ allowDeprecated: true })).toBe(false);
  expect(accepts({ securityPolicy: 'Basic256', allowDeprecated: true })).toBe(true);
  expect(accepts({ securityPolicy: 'None' })).toBe(false);
  expect(await firstQuality({ securityPolicy: 'Basic256', allowDeprecated: true })).toBe(0);
});
