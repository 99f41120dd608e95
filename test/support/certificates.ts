import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Peer } from './peers.ts';

const execute = promisify(execFile);
/** Runs openssl with its own configuration, because node-opcua sets OPENSSL_CONF of the process. */
const run = async (command: string, args: readonly string[]): Promise<unknown> =>
  execute(command, args, { env: { ...process.env, OPENSSL_CONF: undefined } });

/** PEM files of a certificate and its key. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** Properties of a requested certificate. */
export interface CertificateWish {
  readonly name: string;
  /** E.g. `DNS:plc.example,IP:127.0.0.1`. */
  readonly names?: string;
  /** Role of a Modbus client. */
  readonly role?: string;
  /** Passphrase of its key. */
  readonly passphrase?: string;
  /** `YYYYMMDDHHMMSSZ` */
  readonly from?: string;
  readonly until?: string;
}

/** A certificate authority for one test, by the openssl command line. */
export class TestAuthority implements AsyncDisposable {
  readonly folder: string;
  readonly ca: string;
  readonly #openssl: string;
  readonly #own: KeyPair;

  private constructor(folder: string, openssl: string) {
    this.folder = folder;
    this.#openssl = openssl;
    this.ca = join(folder, 'ca.pem');
    this.#own = { cert: this.ca, key: join(folder, 'ca-key.pem') };
  }

  static async create(openssl: Peer): Promise<TestAuthority> {
    const authority = new TestAuthority(await mkdtemp(join(tmpdir(), 'scadawatch-ca-')), openssl.path);
    const { cert, key } = authority.#own;
    const subject = ['-x509', '-subj', '/CN=test authority', '-days', '2', '-keyout', key, '-out', cert];
    await run(openssl.path, ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', ...subject]);
    return authority;
  }

  async sign({ name, names, role, passphrase, from, until }: CertificateWish): Promise<KeyPair> {
    const file = (suffix: string): string => join(this.folder, `${name}${suffix}`);
    const extensions = [
      'basicConstraints = CA:FALSE',
      'keyUsage = digitalSignature',
      ...(names === undefined ? [] : [`subjectAltName = ${names}`]),
      ...(role === undefined ? [] : [`1.3.6.1.4.1.50316.802.1 = ASN1:UTF8String:${role}`]),
    ];
    await writeFile(file('.cnf'), `${extensions.join('\n')}\n`);
    const locked = passphrase === undefined ? ['-nodes'] : ['-passout', `pass:${passphrase}`];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', ...locked, '-keyout', file('-key.pem')];
    await run(this.#openssl, ['req', ...key, '-subj', `/CN=${name}`, '-out', file('.csr')]);
    const validity = from === undefined || until === undefined ? ['-days', '1'] : ['-not_before', from, '-not_after', until];
    const issuer = ['-CA', this.#own.cert, '-CAkey', this.#own.key, '-CAcreateserial', '-extfile', file('.cnf')];
    await run(this.#openssl, ['x509', '-req', '-in', file('.csr'), ...issuer, ...validity, '-out', file('.pem')]);
    return { cert: file('.pem'), key: file('-key.pem') };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Certificates of a Modbus/TCP Security device on loopback and of a monitor that may read it. Each trusts the other. */
export interface ModbusPki extends AsyncDisposable {
  /** Certificate files of the device. */
  readonly server: { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer };
  /** The monitor's setting `tls`. */
  readonly client: KeyPair & { readonly ca: string };
}

export async function openModbusPki(openssl: Peer): Promise<ModbusPki> {
  const authority = await TestAuthority.create(openssl);
  const device = await authority.sign({ name: 'device', names: 'IP:127.0.0.1' });
  const monitor = await authority.sign({ name: 'monitor', role: 'Monitor' });
  return {
    server: { ca: await readFile(authority.ca), cert: await readFile(device.cert), key: await readFile(device.key) },
    client: { ca: authority.ca, ...monitor },
    [Symbol.asyncDispose]: async () => await authority[Symbol.asyncDispose](),
  };
}
