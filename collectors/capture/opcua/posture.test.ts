import { describe, expect, it } from 'vitest';
import { bodies, fault, request, response, Sender, Writer } from './encoder.twin.ts';
import { type Listener, listening } from './listener.twin.ts';

/** Bytes without structure, the same in each run. */
function noise(length: number, seed: number): Buffer<ArrayBuffer> {
  let state = seed;
  return Buffer.from(Uint8Array.from({ length }, () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 24));
}

/** A channel under a policy, opened by encrypted messages. */
function opened(policy: string): { readonly on: Listener; readonly sender: Sender } {
  const on = listening()();
  const sender = new Sender();
  for (const [side, bytes] of sender.handshake().slice(0, 2)) on.say(side, bytes);
  on.say('client', sender.open('client', 1, policy, noise(256, 1), noise(900, 2), 0));
  on.say('server', sender.open('server', 1, policy, noise(256, 3), noise(900, 4)));
  return { on, sender };
}

const passphrase = 'correct horse battery staple';
const userName = new Writer().text('policy').text('ada').bytesOf(Buffer.from(passphrase)).text(undefined).bytes;
const created = response('CreateSession', (to) => {
  to.node('ns=1;i=1').node('ns=1;b=c2VjcmV0').f64(60_000).bytesOf(Buffer.alloc(32)).bytesOf(undefined);
  to.list([], String).list([], String).text(undefined).bytesOf(undefined).u32(0);
});

describe('an unencrypted session', () => {
  it('is reported on activation with policy, mode and user, never with credentials', () => {
    const on = listening()();
    const sender = new Sender();
    for (const [side, bytes] of sender.handshake()) on.say(side, bytes);
    on.say('client', sender.message('client', 2, bodies.createSession('urn:plant:hmi')));
    on.say('server', sender.message('server', 2, created));
    on.say('client', sender.message('client', 3, bodies.activateSession('i=324', userName)));
    expect(on.sessions).toEqual([]);
    on.say('server', sender.message('server', 3, bodies.activated()));
    const session = { policy: 'None', mode: 'None', applicationUri: 'urn:plant:hmi', certificate: undefined };
    expect(on.sessions).toEqual([{ ...session, token: 'UserName', user: 'ada' }]);
    on.say('client', sender.message('client', 4, bodies.activateSession('i=321', new Writer().text('anonymous').bytes)));
    on.say('server', sender.message('server', 4, bodies.activated()));
    on.say('client', sender.message('client', 5, bodies.read('i=1')));
    on.say('client', sender.message('client', 6, request('CloseSecureChannel'), 'CLO'));
    on.decoder.end(on.now());
    expect(on.sessions.slice(1)).toEqual([{ ...session, token: 'Anonymous', user: undefined }]);
    expect(on.messages.at(-1)?.operation).toBe('CloseSecureChannel');
    expect(on.faults).toEqual([]);
    expect(JSON.stringify([on.messages, on.writes, on.sessions, on.faults])).not.toMatch(/horse|c2VjcmV0|4711/);
  });

  it.each([
    ['i=327', 'Certificate'],
    ['i=940', 'IssuedToken'],
    ['i=1', ''],
  ])('recognises the user token %s as "%s"', (type, token) => {
    const on = listening()();
    const sender = new Sender();
    for (const [side, bytes] of sender.handshake()) on.say(side, bytes);
    on.say('client', sender.message('client', 3, bodies.activateSession(type, Buffer.alloc(20))));
    on.say('server', sender.message('server', 3, bodies.activated()));
    expect(on.sessions).toMatchObject([{ token }]);
  });

  it('whose sign-in is rejected is a fault, and is reported without the user when its channel ends', () => {
    const on = listening()();
    const sender = new Sender();
    for (const [side, bytes] of sender.handshake()) on.say(side, bytes);
    on.say('client', sender.message('client', 3, bodies.activateSession('i=324', userName)));
    on.say('server', sender.message('server', 3, fault(0x80210000)));
    expect([on.faults, on.sessions]).toEqual([
      [{ fault: 'exception', operation: 'ActivateSession', detail: 'BadIdentityTokenRejected' }],
      [],
    ]);
    on.say('client', sender.message('client', 4, request('CloseSecureChannel'), 'CLO'));
    expect(on.sessions).toMatchObject([{ policy: 'None', token: '', user: undefined }]);
  });
});

describe('a channel under a policy', () => {
  it('is counted and reported as encrypted if its bytes cannot be read', () => {
    const { on, sender } = opened('Aes256_Sha256_RsaPss');
    for (let id = 2; id < 8; id++) {
      on.say('client', sender.message('client', id, noise(300, id)));
      on.say('server', sender.message('server', id, noise(3_000, id), 'MSG', 'C'), sender.message('server', id, noise(90, id)));
    }
    on.say('client', sender.message('client', 9, noise(60, 9), 'CLO'));
    on.decoder.end(on.now());
    expect(on.messages.slice(2, 6)).toEqual([
      { from: 'client', kind: 'request', operation: 'OpenSecureChannel' },
      { from: 'server', kind: 'response', operation: 'OpenSecureChannel', latencyMs: 1 },
      { from: 'client', kind: 'request', operation: 'encrypted' },
      { from: 'server', kind: 'response', operation: 'encrypted' },
    ]);
    expect(on.messages.filter(({ operation }) => operation === 'encrypted').length).toBe(12);
    expect(on.messages.at(-1)).toEqual({ from: 'client', kind: 'request', operation: 'CloseSecureChannel' });
    expect(on.sessions).toMatchObject([{ policy: 'Aes256_Sha256_RsaPss', mode: 'SignAndEncrypt', token: '' }]);
    expect(on.faults).toEqual([]);
  });

  it.each([
    ['Basic256Sha256', 32],
    ['Basic256', 20],
    ['SomethingOfTomorrow', 48],
  ])('is decoded if %s only signs', (policy, signature) => {
    const { on, sender } = opened(policy);
    sender.signature = noise(signature, 5);
    on.say('client', sender.message('client', 2, bodies.write(['i=1', 3])));
    on.say('server', sender.message('server', 2, bodies.statuses('Write', 0)));
    on.say('client', ...sender.chunks('client', 3, bodies.read(...Array<string>(40).fill('i=1')), 300));
    expect(on.messages.slice(4).map(({ operation }) => operation)).toEqual(['Write', 'Write', 'Read']);
    expect(on.writes).toMatchObject([{ target: 'i=1', after: 3, accepted: true }]);
    expect(on.sessions).toMatchObject([{ policy, mode: 'Sign' }]);
    expect(on.faults).toEqual([]);
  });

  it('that was opened before the capture counts as encrypted after some unreadable messages', () => {
    const on = listening()();
    const sender = new Sender();
    for (let id = 2; id < 7; id++) on.say('client', sender.message('client', id, noise(300, id)));
    expect(on.messages.map(({ operation }) => operation)).toEqual(['MSG', 'MSG', 'encrypted', 'encrypted', 'encrypted']);
    expect(on.sessions).toEqual([{ policy: '', mode: 'SignAndEncrypt', token: '', applicationUri: '' }]);
  });

  it('keeps its posture when its token is renewed, and reports a change of policy', () => {
    const { on, sender } = opened('Basic256Sha256');
    on.say('client', sender.message('client', 2, noise(300, 2)));
    on.say('client', sender.open('client', 3, 'Basic256Sha256', noise(256, 1), noise(900, 2)));
    on.say('server', sender.open('server', 3, 'Basic256Sha256', noise(256, 1), noise(900, 2)));
    on.say('client', sender.message('client', 4, noise(300, 3)));
    on.decoder.end(on.now());
    expect(on.sessions.length).toBe(1);
    expect(on.messages.filter(({ operation }) => operation === 'OpenSecureChannel').length).toBe(4);
  });
});
