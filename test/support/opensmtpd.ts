import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { kill } from './child-processes.ts';
import { listening } from './listening.ts';
import { freePort } from './free-port.ts';
import { requirePeer } from './peers.ts';
import type { ReceiverCertificates } from './syslog-peers.ts';

/**
 * OpenSMTPD has fixed folders and changes to users of its own, so that it needs root. In a mount namespace it gets folders and users that
 * nobody else sees. An ordinary user cannot start it, not even as root of a user namespace: there it cannot drop its groups.
 */
const startScript = `set -e
umask 022
mount -t tmpfs none /var/spool && mkdir -m 711 /var/spool/smtpd
mount -t tmpfs none /run
mount -t tmpfs none /var/lib && mkdir -p /var/lib/opensmtpd/empty /var/lib/kept
mount --bind "$1" /var/lib/kept
mount --bind "$(dirname "$2")/../libexec" /usr/libexec
mount --bind "$1/passwd" /etc/passwd
mount --bind "$1/group" /etc/group
exec "$2" -d -f "$1/conf"
`;
const users = { opensmtpd: 64_001, opensmtpq: 64_002 } as const;

/** A mail server of OpenSMTPD on loopback that takes mails to `plant.example`. */
export class OpenSmtpd implements AsyncDisposable {
  /** Ports with STARTTLS, which is required, and with TLS from the beginning. */
  readonly ports: { readonly starttls: number; readonly tls: number };
  readonly #dir = mkdtempSync(join(tmpdir(), 'scadawatch-opensmtpd-'));
  readonly #path: string;
  #child: ChildProcess | undefined;

  private constructor(path: string, ports: OpenSmtpd['ports']) {
    this.#path = path;
    this.ports = ports;
  }

  static async start(test: Pick<TestContext, 'skip'>, { cert, key }: ReceiverCertificates): Promise<OpenSmtpd> {
    if (process.getuid?.() !== 0) return test.skip('opensmtpd must be started by root');
    const server = new OpenSmtpd(requirePeer('opensmtpd', test).path, { starttls: await freePort(), tls: await freePort() });
    server.#configure(cert, key);
    await server.restart();
    return server;
  }

  /** Texts of the delivered mails, one after the other. */
  received(): string {
    return readFileSync(this.#mails, 'utf8');
  }

  async restart(): Promise<void> {
    await this.stop();
    const script = ['-c', startScript, 'sh', this.#dir, this.#path];
    this.#child = spawn('unshare', ['--mount', '--fork', '--kill-child', 'sh', ...script], { stdio: 'ignore' });
    await listening(this.ports.tls);
  }

  /** Kills the server. Its ports then refuse connections. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    await kill(child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  get #mails(): string {
    return join(this.#dir, 'mails');
  }

  #configure(cert: string, key: string): void {
    const file = (name: string): string => join(this.#dir, name);
    const { starttls, tls } = this.ports;
    copyFileSync(key, file('key'));
    chmodSync(file('key'), 0o600);
    writeFileSync(
      file('conf'),
      `pki localhost cert "${cert}"
pki localhost key "${file('key')}"
table everybody { "@" = nobody }
listen on 127.0.0.1 port ${starttls} tls-require pki localhost
listen on 127.0.0.1 port ${tls} smtps pki localhost
action "keep" mda "cat >> /var/lib/kept/mails" virtual <everybody>
match from any for domain "plant.example" action "keep"
`,
    );
    const lines = (line: (name: string, id: number) => string): string =>
      Object.entries(users)
        .map(([name, id]) => `${line(name, id)}\n`)
        .join('');
    writeFileSync(
      file('passwd'),
      readFileSync('/etc/passwd', 'utf8') + lines((name, id) => `${name}:x:${id}:${id}::/:/bin/false`),
    );
    writeFileSync(file('group'), readFileSync('/etc/group', 'utf8') + lines((name, id) => `${name}:x:${id}:`));
    // its processes without privileges read them, whatever the umask of this process is
    for (const name of ['passwd', 'group']) chmodSync(file(name), 0o644);
    // delivered by the user nobody, who may not enter the folders above
    writeFileSync(this.#mails, '');
    chmodSync(this.#mails, 0o666);
    chmodSync(this.#dir, 0o711);
  }
}
