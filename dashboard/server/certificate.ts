import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import { type CertificateState, expiryDays } from '../../src/core/certificate.ts';
import type { Clock } from '../../src/core/clock.ts';
import { ScadaError } from '../../src/core/errors.ts';
import { assertPrivateKey } from '../../src/core/private-file.ts';
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
  #loaded: Loaded;
  #signature: string;
  #problem: string | undefined;
  /** True after one check has failed: a renewal writes two files, one after the other. */
  #hasFailed = false;
  #checkedAt: number;

  /** @throws ScadaError CONFIG_INVALID */
  constructor(files: TlsFiles, wallClock: Clock) {
    this.#files = files;
    this.#clock = wallClock;
    this.#signature = signatureOf(files);
    this.#loaded = load(files);
    this.#checkedAt = wallClock.monotonic();
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
    const signature = signatureOf(this.#files);
    if (signature === this.#signature) return;
    try {
      const loaded = load(this.#files);
      if (loaded.certificate.validToDate.getTime() <= this.#clock.now()) throw new Error('the new certificate is expired');
      this.#loaded = loaded;
      server.setSecureContext(this.options);
      this.#signature = signature;
      this.#problem = undefined;
      this.#hasFailed = false;
    } catch (thrown) {
      if (this.#hasFailed) this.#problem = thrown instanceof Error ? thrown.message : String(thrown);
      this.#hasFailed = true;
    }
  }
}

/** Changes when one of the files is written or replaced. */
function signatureOf({ cert, key }: TlsFiles): string {
  return [cert, key]
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat === undefined ? 'missing' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
    })
    .join();
}

function load(files: TlsFiles): Loaded {
  const cert = readPem('cert', files.cert);
  assertPrivateKey(files.key, 'dashboard.tls.key');
  const key = readPem('key', files.key);
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

function readPem(name: 'cert' | 'key', path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ScadaError('config', 'CONFIG_INVALID', `dashboard.tls.${name}: ${path} cannot be read: ${String(error)}`, {
      hint: 'Set it to the path of a PEM file that the user of the process may read.',
      cause: error,
    });
  }
}
