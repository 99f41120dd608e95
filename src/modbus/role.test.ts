import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TestAuthority } from '../../test/support/certificates.ts';
import { requirePeer } from '../../test/support/peers.ts';
import { roleOf } from './role.ts';

describe('the role in a certificate', () => {
  it('is the one that openssl wrote, or none', async (test) => {
    await using authority = await TestAuthority.create(requirePeer('openssl', test));
    const roleIn = async (role?: string) => {
      const { cert } = await authority.sign({ name: 'client', names: 'DNS:a.example', ...(role === undefined ? {} : { role }) });
      return roleOf(new X509Certificate(await readFile(cert)).raw);
    };
    expect(await roleIn('Operator')).toBe('Operator');
    expect(await roleIn('R'.repeat(300))).toBe('R'.repeat(300));
    expect(await roleIn()).toBeUndefined();
  });

  it('is none for anything that is no certificate', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(roleOf(Buffer.from(bytes))).toBeUndefined();
      }),
      { seed: 12, numRuns: 500 },
    );
  });
});
