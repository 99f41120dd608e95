import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { aBench, passphrase } from '../../dashboard/server/testing/setup.ts';
import { subprotocol } from '../../dashboard/protocol.ts';
import { TestAuthority } from '../support/certificates.ts';
import { freePort } from '../support/free-port.ts';
import { requirePeer } from '../support/peers.ts';

const page = readFileSync('docs/reverse-proxy.md', 'utf8');
const proxySecret = '0123456789abcdef0123456789abcdef';
/** Address that the client writes into every header that a proxy may pass on. */
const forged = '203.0.113.9';
const client = '127.0.0.9';

/** The example of a language on the page. */
function example(language: string): string {
  const found = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(page)?.[1];
  if (found === undefined) throw new Error(`the page has no example of ${language}`);
  return found;
}

/** Replaces a part of an example. @throws if the example does not have it */
function replaced(text: string, pairs: readonly (readonly [string, string])[]): string {
  return pairs.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`the example has no ${from}`);
    return before.replaceAll(from, to);
  }, text);
}

it.for([
  ['nginx', '/'],
  ['nginx', '/plant/scada'],
  ['caddy', '/'],
  ['caddy', '/plant/scada'],
] as const)(
  '%s at %s states the address of the client, and passes on no other',
  { timeout: 60_000 },
  async ([program, basePath], test) => {
    const { path } = requirePeer(program, test);
    await using stack = new AsyncDisposableStack();
    const dir = mkdtempSync(join(tmpdir(), 'scadawatch-proxy-'));
    stack.defer(() => rmSync(dir, { recursive: true, force: true }));
    const authority = stack.use(await TestAuthority.create(requirePeer('openssl', test)));
    const { cert, key } = await authority.sign({ name: 'server', names: 'DNS:scada.example' });
    const config = { basePath, origins: ['https://scada.example'], trustedProxies: ['127.0.0.1'], proxySecret };
    const bench = stack.use(await aBench({ config }));
    const port = await freePort();
    const common = [
      ['/etc/ssl/scada.pem', cert],
      ['/etc/ssl/scada.key', key],
      ['127.0.0.1:4800', `127.0.0.1:${bench.dashboard.port}`],
      ['SECRET', proxySecret],
    ] as const;
    const file = join(dir, 'config');
    const below = basePath === '/' ? '' : basePath;
    if (program === 'nginx') {
      if (below !== '') expect(page).toContain(`by \`location ${below}/ {\``);
      const server = replaced(example('nginx'), [
        ...common,
        ['listen 443', `listen 127.0.0.1:${port}`],
        ['location / {', `location ${below}/ {`],
      ]);
      const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map((one) => `${one}_temp_path ${dir}/${one};`)
        .join('\n');
      writeFileSync(
        file,
        `daemon off; pid ${dir}/pid; error_log stderr;\nevents {}\nhttp {\naccess_log off;\n${temp}\n${server}}\n`,
      );
    } else {
      if (below !== '') expect(page).toContain(`by \`reverse_proxy ${below}/* \``);
      const site = replaced(example('caddyfile'), [
        ...common,
        ['scada.example {', `https://scada.example:${port} {\n  bind 127.0.0.1`],
        ['reverse_proxy /* ', `reverse_proxy ${below}/* `],
      ]);
      writeFileSync(file, `{\n  admin off\n  auto_https disable_redirects\n}\n${site}`);
    }
    const words = program === 'nginx' ? ['-p', dir, '-c', file] : ['run', '--adapter', 'caddyfile', '--config', file];
    const proxy = spawn(path, words, {
      stdio: 'ignore',
      env: { ...process.env, HOME: dir, XDG_DATA_HOME: dir, XDG_CONFIG_HOME: dir },
    });
    stack.defer(async () => {
      if (proxy.exitCode !== null) return;
      proxy.kill();
      await once(proxy, 'exit');
    });
    const headers = {
      host: 'scada.example',
      origin: 'https://scada.example',
      'x-forwarded-for': forged,
      'x-real-ip': forged,
      forwarded: `for=${forged}`,
      'x-scadawatch-client': `guess ${forged}`,
    };
    const to = { host: '127.0.0.1', port, servername: 'scada.example', localAddress: client, rejectUnauthorized: false };
    const post = async (): Promise<{ status: number; cookie: string }> => {
      const { promise, resolve, reject } = Promise.withResolvers<{ status: number; cookie: string }>();
      const sent = request(
        { ...to, method: 'POST', path: `${below}/api/login`, headers: { ...headers, 'content-type': 'application/json' } },
        (response) => {
          response.resume();
          const cookies = (response.headers['set-cookie'] ?? []).map((one) => one.split(';')[0]);
          resolve({ status: response.statusCode ?? 0, cookie: cookies.join('; ') });
        },
      );
      sent.on('error', reject);
      sent.end(JSON.stringify({ name: 'operator', passphrase }));
      return promise;
    };
    const { status, cookie } = await vi.waitFor(post, { timeout: 20_000, interval: 200 });
    expect(status).toBe(200);
    expect(bench.audit.entries.find(({ action }) => action === 'session.opened')?.address).toBe(client);
    const socket = new WebSocket(`wss://127.0.0.1:${port}${below}/ws`, subprotocol, { ...to, headers: { ...headers, cookie } });
    await once(socket, 'open');
    socket.terminate();
  },
);
