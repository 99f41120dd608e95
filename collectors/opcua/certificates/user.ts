import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  type EndpointDescription,
  MessageSecurityMode,
  SecurityPolicy,
  type UserIdentityInfo,
  UserTokenType,
} from 'node-opcua-client';
import { ScadaError } from '../../../src/core/errors.ts';
import { assertPrivateKey } from '../../../src/core/private-file.ts';
import { otherDisks } from '../../../src/data-directory/disk-access.ts';
import { deprecatedPolicies, type OpcuaConfig } from '../config.ts';
import { type Certificate, readCertificate } from './pki.ts';

/** Credentials of a session. */
export interface Login {
  readonly identity: UserIdentityInfo;
  /** Certificate of the user; undefined without one. */
  readonly certificate: Certificate | undefined;
}

/**
 * Reads the configured user for each session: anonymous, name and passphrase, or certificate and key from their files.
 * @throws ScadaError `config` if a file cannot be read or certificate and key do not match
 */
export async function loginOf(device: string, user: OpcuaConfig['user']): Promise<Login> {
  if (user === undefined) return { identity: { type: UserTokenType.Anonymous }, certificate: undefined };
  if ('name' in user) {
    return {
      identity: { type: UserTokenType.UserName, userName: user.name, password: user.passphrase },
      certificate: undefined,
    };
  }
  await otherDisks.run(() => assertPrivateKey(user.keyFile, `devices.${device}.user.keyFile`));
  try {
    const certificate = await readCertificate(user.certificateFile);
    const key = createPrivateKey({
      key: await otherDisks.run(() => readFile(user.keyFile)),
      ...(user.keyPassphrase === undefined ? {} : { passphrase: user.keyPassphrase }),
    });
    if (!new X509Certificate(certificate.der).checkPrivateKey(key)) throw new Error('the key is not that of the certificate');
    const privateKey = key.export({ type: 'pkcs8', format: 'pem' }).toString();
    return { identity: { type: UserTokenType.Certificate, certificateData: certificate.der, privateKey }, certificate };
  } catch (cause) {
    // a disk that does not answer
    if (cause instanceof ScadaError) throw cause;
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new ScadaError('config', 'CONFIG_REFERENCE', `${device}: the user's certificate cannot be used: ${what}`, {
      hint: `check user.certificateFile (${user.certificateFile}), user.keyFile (${user.keyFile}) and user.keyPassphrase`,
      cause,
    });
  }
}

/** True if a passphrase is sent over a channel that does not encrypt it. */
export const needsCare = ({ user, securityMode }: Pick<OpcuaConfig, 'user' | 'securityMode'>): boolean =>
  user !== undefined && 'name' in user && securityMode !== 'SignAndEncrypt';

/**
 * Checks the encryption of a passphrase. The server names the policy for it, which may be weaker than that of the channel. The
 * passphrase is not sent if the server names no suitable policy and the channel does not encrypt.
 * @throws ScadaError `config`
 */
export function refuseWeakLogin(config: OpcuaConfig, device: string, endpoints: readonly EndpointDescription[]): void {
  const { securityMode, securityPolicy, allowDeprecated, endpoint } = config;
  const tokens = endpoints
    .filter((offer) => offer.securityMode === MessageSecurityMode[securityMode])
    .filter((offer) => offer.securityPolicyUri === SecurityPolicy[securityPolicy])
    .flatMap(({ userIdentityTokens }) => userIdentityTokens ?? [])
    .filter(({ tokenType }) => tokenType === UserTokenType.UserName);
  const isFit = (policy: string): boolean => policy !== 'None' && (allowDeprecated || !deprecatedPolicies.includes(policy));
  const named = tokens.flatMap(({ securityPolicyUri }) => (securityPolicyUri ? [securityPolicyUri.split('#')[1] ?? ''] : []));
  // Without a policy of its own the user token uses that of the channel.
  const policies = named.length > 0 ? named : [securityPolicy];
  if (tokens.length === 0 || policies.some(isFit)) return;
  throw new ScadaError(
    'config',
    'DEVICE_REFUSED',
    `${device} (${endpoint}): the passphrase would go over the network under the security policy ${policies.join(', ')}`,
    { hint: 'set securityMode: SignAndEncrypt, or let the server name a current policy for user names' },
  );
}
