import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import { Secret, TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aBench, type Bench, passphrase } from '../../dashboard/server/testing/setup.ts';
import { builtClient } from '../../src/app/client-build.ts';
import { systemClock } from '../../src/core/clock.ts';
import { requirePeer } from '../support/peers.ts';
import { launchBrowser } from './browser.ts';

const client = { id: 'scadawatch', secret: 'secret-of-the-client-of-this-test' };
/** Groups by account; the account is the name that a person types at the provider. */
const groups: Readonly<Record<string, readonly string[]>> = { kim: ['plant-engineers'], visitor: ['guests'] };

let bench: Bench;
let issuer: string;
const server = createServer();
const logged: unknown[] = [];

/** The certified provider of the package `oidc-provider`. It is on another site than the dashboard, as in a plant. */
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const log = (...line: unknown[]): void => void logged.push(line);
  bench = await aBench({
    clientDir: await builtClient(),
    wallClock: systemClock,
    logger: { debug: log, info: log, warn: log, error: log },
    config: {
      secondFactor: ['auditor'],
      identity: {
        issuer,
        clientId: client.id,
        clientSecret: client.secret,
        name: 'Plant login',
        roles: [{ group: 'plant-engineers', role: 'engineer' }],
      },
    },
  });
  const page = `${bench.dashboard.address}/`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [page], post_logout_redirect_uris: [page] }],
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['preferred_username', 'groups'] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: id, groups: [...(groups[id] ?? [])] }),
    }),
    cookies: { keys: ['key of the cookies of this test'] },
  });
  const answer = provider.callback();
  server.on('request', (request, response) => void answer(request, response));
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  server.closeAllConnections();
  server.close();
});

/** Types a name at the provider, and consents. */
async function signInAtProvider(page: Page, name: string): Promise<void> {
  await page.goto(bench.dashboard.address);
  await page.getByRole('button', { name: 'Sign in by Plant login' }).click();
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

it('a person signs in by the provider, works with the role of the group, and signs out there too', {
  timeout: 120_000,
}, async (test) => {
  requirePeer('chromium', test);
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(100_000);
    await signInAtProvider(page, 'kim');
    await page.getByText('Toy works').first().waitFor();
    await page.locator('.beat').first().waitFor();
    // the code does not stay in the address
    expect(page.url()).toMatch(new RegExp(`^${bench.dashboard.address}/(#.*)?$`));
    const user = `kim of ${issuer}`;
    await page.getByRole('button', { name: 'Sign out' }).first().click();
    // the provider asks, and returns to the dashboard
    await page.getByRole('button', { name: 'Yes, sign me out' }).click();
    await page.getByRole('button', { name: 'Sign in by Plant login' }).waitFor();
    await expect
      .poll(() => bench.audit.entries.map(({ action, user: who, role }) => [action, who, role]), { timeout: 60_000 })
      .toEqual(
        expect.arrayContaining([
          ['session.opened', user, 'engineer'],
          ['session.closed', user, 'engineer'],
        ]),
      );
    expect(JSON.stringify([logged, bench.audit.entries])).not.toContain(client.secret);
  } finally {
    await browser.close();
  }
});

it('a person without a group is refused with the reason, and a local account works while the provider is away', {
  timeout: 120_000,
}, async (test) => {
  requirePeer('chromium', test);
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(100_000);
    await signInAtProvider(page, 'visitor');
    await page.getByText('None of your groups has a role in scadawatch.').waitFor();
    server.removeAllListeners('request');
    server.on('request', (request) => request.socket.destroy());
    await page.goto(bench.dashboard.address);
    await page.getByLabel('Name').fill('viewer');
    await page.getByLabel('Passphrase').fill(passphrase);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.locator('.beat').first().waitFor();
  } finally {
    await browser.close();
  }
});

it('a person whose role needs a second factor sets it up before the plant is shown, and signs in with a code', {
  timeout: 120_000,
}, async (test) => {
  requirePeer('chromium', test);
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(100_000);
    const signIn = async (code?: string): Promise<void> => {
      await page.goto(bench.dashboard.address);
      await page.getByLabel('Name').fill('auditor');
      await page.getByLabel('Passphrase').fill(passphrase);
      if (code !== undefined) await page.getByLabel('Code of the authenticator').fill(code);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    };
    await signIn();
    await page.getByLabel('Current passphrase').fill(passphrase);
    await page.getByRole('button', { name: 'Set up an authenticator' }).click();
    await page.getByRole('img', { name: 'QR code with the key' }).waitFor();
    const key = await page.getByLabel('Key for an app without a camera').inputValue();
    const totp = new TOTP({ secret: Secret.fromBase32(key) });
    await page.getByLabel('Code of the app').fill(totp.generate());
    await page.getByRole('button', { name: 'Confirm the code' }).click();
    await page.getByRole('button', { name: 'Done' }).waitFor();
    const recovery = await page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').allTextContents();
    expect(recovery).toHaveLength(10);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.locator('.beat').first().waitFor();
    await page.context().clearCookies();
    await signIn('000000');
    await page.getByText('The name, the passphrase or the code is wrong.').waitFor();
    await signIn(recovery[0]);
    await page.locator('.beat').first().waitFor();
  } finally {
    await browser.close();
  }
});
