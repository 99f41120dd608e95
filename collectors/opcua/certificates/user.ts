import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type UserIdentityInfo, UserTokenType } from 'node-opcua-client';
import { ScadaError } from '../../../src/core/errors.ts';
import type { OpcuaConfig } from '../config.ts';
import { type Certificate, readCertificate } from './pki.ts';

/** What a session logs in with. */
export interface Login {
  readonly identity: UserIdentityInfo;
  /** The user's certificate, where the login is one. */
  readonly certificate: Certificate | undefined;
}

/**
 * Reads the configured user: nobody, name and passphrase, or certificate and key from their files, anew for each session.
 * @throws ScadaError `config` when a file can not be read or the two do not belong together
 */
export async function loginOf(device: string, user: OpcuaConfig['user']): Promise<Login> {
  if (user === undefined) return { identity: { type: UserTokenType.Anonymous }, certificate: undefined };
  if ('name' in user) {
    return {
      identity: { type: UserTokenType.UserName, userName: user.name, password: user.passphrase },
      certificate: undefined,
    };
  }
  try {
    const certificate = await readCertificate(user.certificateFile);
    const key = createPrivateKey({
      key: await readFile(user.keyFile),
      ...(user.keyPassphrase === undefined ? {} : { passphrase: user.keyPassphrase }),
    });
    if (!new X509Certificate(certificate.der).checkPrivateKey(key)) throw new Error('the key is not that of the certificate');
    const privateKey = key.export({ type: 'pkcs8', format: 'pem' }).toString();
    return { identity: { type: UserTokenType.Certificate, certificateData: certificate.der, privateKey }, certificate };
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new ScadaError('config', 'CONFIG_REFERENCE', `${device}: the user's certificate can not be used: ${what}`, {
      hint: `check user.certificateFile (${user.certificateFile}), user.keyFile (${user.keyFile}) and user.keyPassphrase`,
      cause,
    });
  }
}
