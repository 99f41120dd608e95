import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import { type CertificateState, expiryDays } from '../../src/core/certificate.ts';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import { ScadaError } from '../../src/core/errors.ts';
import { assertPrivateKey } from '../../src/core/private-file.ts';
import { DiskAccess } from '../../src/data-directory/disk-access.ts';
import type { DashboardConfig } from './config.ts';

/** Period of the check for changed files, ms. */
const checkEveryMs = 10_000;
const dayMs = 24 * 3_600_000;
const minVersion = 'TLSv1.2';

type TlsFiles = NonNullable<DashboardConfig['tls']>;
interface Loaded {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly certificate: X509Certificate;
}

/** Certificate and key of the server. Changed files take effect without a restart; files that cannot be used leave the old ones. */
export class ServerCertificate {
  readonly #files: TlsFiles;
  readonly #clock: Clock;
  /** Of its own: a disk of certificates that hangs must not delay the keys of devices. */
  readonly #disk: DiskAccess;
  #loaded: Loaded;
  #signature: string;
  #problem: string | undefined;
  /** True after one check has failed: a renewal writes two files, one after the other. */
  #hasFailed = false;
  #checkedAt: number;
  #isChecking = false;

  private constructor(files: TlsFiles, wallClock: Clock, loaded: Loaded, signature: string) {
    this.#files = files;
    this.#clock = wallClock;
    this.#disk = new DiskAccess(systemClock, 1);
    this.#signature = signature;
    this.#loaded = loaded;
    this.#checkedAt = wallClock.monotonic();
  }

  /** @throws ScadaError CONFIG_INVALID */
  static async open(files: TlsFiles, wallClock: Clock): Promise<ServerCertificate> {
    const signature = await signatureOf(files);
    return new ServerCertificate(files, wallClock, await load(files), signature);
  }

  /** Options for the server. */
  get options(): { readonly cert: Buffer; readonly key: Buffer; readonly minVersion: typeof minVersion } {
    return { cert: this.#loaded.cert, key: this.#loaded.key, minVersion };
  }

  /** SHA-256 of the certificate, colon-separated hexadecimal. */
  get fingerprint(): string {
    return this.#loaded.certificate.fingerprint256;
  }

  get state(): CertificateState {
    const expiresAt = this.#loaded.certificate.validToDate.getTime();
    const left = (expiresAt - this.#clock.now()) / dayMs;
    return { expiresAt, daysLeft: expiryDays.findLast((days) => left <= days), problem: this.#problem };
  }

  /** Uses changed files for new connections; called each second. Open connections keep the earlier certificate. */
  check(server: Pick<Server, 'setSecureContext'>): void {
    if (this.#clock.monotonic() - this.#checkedAt < checkEveryMs) return;
    this.#checkedAt = this.#clock.monotonic();
    if (!this.#isChecking) void this.#check(server);
  }

  async #check(server: Pick<Server, 'setSecureContext'>): Promise<void> {
    this.#isChecking = true;
    try {
      const signature = await this.#disk.run(() => signatureOf(this.#files));
      if (signature === this.#signature) return;
      const loaded = await this.#disk.run(() => load(this.#files));
      if (loaded.certificate.validToDate.getTime() <= this.#clock.now()) throw new Error('the new certificate is expired');
      this.#loaded = loaded;
      server.setSecureContext(this.options);
      this.#signature = signature;
      this.#problem = undefined;
      this.#hasFailed = false;
    } catch (thrown) {
      if (this.#hasFailed) this.#problem = thrown instanceof Error ? thrown.message : String(thrown);
      this.#hasFailed = true;
    } finally {
      this.#isChecking = false;
    }
  }
}

/** Changes when one of the files is written or replaced. */
async function signatureOf({ cert, key }: TlsFiles): Promise<string> {
  const of = async (file: string): Promise<string> => {
    try {
      const { ino, size, mtimeMs } = await stat(file);
      return `${ino} ${size} ${mtimeMs}`;
    } catch {
      return 'missing';
    }
  };
  return [await of(cert), await of(key)].join();
}

async function load(files: TlsFiles): Promise<Loaded> {
  const cert = await readPem('cert', files.cert);
  await assertPrivateKey(files.key, 'dashboard.tls.key');
  const key = await readPem('key', files.key);
  try {
    createSecureContext({ cert, key, minVersion });
    return { cert, key, certificate: new X509Certificate(cert) };
  } catch (error) {
    throw new ScadaError(
      'config',
      'CONFIG_INVALID',
      `dashboard.tls: ${files.cert} and ${files.key} cannot be used: ${String(error)}`,
      {
        hint: 'Both must be PEM, and the key must belong to the certificate.',
        cause: error,
      },
    );
  }
}

async function readPem(name: 'cert' | 'key', path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new ScadaError('config', 'CONFIG_INVALID', `dashboard.tls.${name}: ${path} cannot be read: ${String(error)}`, {
      hint: 'Set it to the path of a PEM file that the user of the process may read.',
      cause: error,
    });
  }
}
