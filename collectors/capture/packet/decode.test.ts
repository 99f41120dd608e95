import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ethernet, type Ip, ipv4, ipv6, tcp, udp } from '../../../test/support/packets.ts';
import { addressText } from './addresses.ts';
import { PacketDecoder } from './decode.ts';
import type { Packet } from './packet.ts';

const decoder = new PacketDecoder();
const decoded = (linkType: number, bytes: Buffer, wireLength = bytes.length, of = decoder): Packet =>
  of.decode({ bytes, start: 0, end: bytes.length, wireLength, linkType, time: 0 }, 0);
const payloadOf = ({ bytes, payloadAt, payloadEnd }: Packet): string => bytes.toString('latin1', payloadAt, payloadEnd);
const ends = ({ bytes, addressesAt, addressBytes }: Packet): string[] =>
  addressBytes === 0 ? [] : [0, 1].map((i) => addressText(bytes, addressesAt + i * addressBytes, addressBytes));

const plain: Ip = { source: '10.0.0.1', destination: '10.0.0.2', protocol: 6 };
const segment = tcp({ sourcePort: 40_000, destinationPort: 502, sequence: 7, acknowledged: 9, flags: 24 }, Buffer.from('hello'));
const hello = ipv4(plain, segment);
const addresses = Buffer.from('20010db8000000000000000000000001fe800000000000000a0b0c0d0e0f1011', 'hex');

describe('a packet', () => {
  it.each<[string, number, Buffer]>([
    ['Ethernet', 1, ethernet(0x0800, hello)],
    ['802.1Q', 1, ethernet(0x8100, Buffer.concat([Buffer.from('00050800', 'hex'), hello]))],
    ['QinQ', 1, ethernet(0x88a8, Buffer.concat([Buffer.from('0005810000060800', 'hex'), hello]))],
    ['802.3 with SNAP', 1, ethernet(53, Buffer.concat([Buffer.from('aaaa030000000800', 'hex'), hello]))],
    ['Linux cooked', 113, Buffer.concat([Buffer.alloc(14), Buffer.from('0800', 'hex'), hello])],
    ['Linux cooked, version 2', 276, Buffer.concat([Buffer.from('0800', 'hex'), Buffer.alloc(18), hello])],
    ['raw IP', 101, hello],
    ['IPv4', 228, hello],
    ['null, little-endian', 0, Buffer.concat([Buffer.from('02000000', 'hex'), hello])],
    ['null, big-endian', 0, Buffer.concat([Buffer.from('00000002', 'hex'), hello])],
    ['loop', 108, Buffer.concat([Buffer.from('00000002', 'hex'), hello])],
  ])('on %s is decoded', (_, linkType, bytes) => {
    const packet = decoded(linkType, bytes);
    expect(packet).toMatchObject({
      kind: 'tcp',
      sourcePort: 40_000,
      destinationPort: 502,
      sequence: 7,
      acknowledged: 9,
      flags: 24,
    });
    expect(ends(packet)).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(payloadOf(packet)).toBe('hello');
  });

  it('ends where its datagram ends, without padding', () => {
    const empty = tcp({ sourcePort: 1, destinationPort: 2, sequence: 0 }, Buffer.alloc(0));
    const packet = decoded(1, Buffer.concat([ethernet(0x0800, ipv4(plain, empty)), Buffer.alloc(6, 0xee)]));
    expect(packet).toMatchObject({ kind: 'tcp', payloadLength: 0 });
    expect(payloadOf(packet)).toBe('');
  });

  it('that a snapshot length truncated keeps its original length', () => {
    const frame = ethernet(0x0800, hello);
    const packet = decoded(1, frame.subarray(0, -3), frame.length);
    expect(packet.payloadLength).toBe(5);
    expect(payloadOf(packet)).toBe('he');
  });

  it('of a network card with segmentation offload ends with the frame', () => {
    expect(payloadOf(decoded(101, ipv4({ ...plain, totalLength: 0 }, segment)))).toBe('hello');
  });

  it('of IPv4 may have options, and of IPv6 extension headers', () => {
    expect(payloadOf(decoded(101, ipv4({ ...plain, options: Buffer.alloc(8, 1) }, segment)))).toBe('hello');
    const extensions = Buffer.concat([Buffer.from('3c00010400000000', 'hex'), Buffer.from('0600010400000000', 'hex')]);
    const packet = decoded(101, ipv6(addresses, 0, Buffer.concat([extensions, segment])));
    expect(packet.kind).toBe('tcp');
    expect(ends(packet)).toEqual(['2001:db8::1', 'fe80::a0b:c0d:e0f:1011']);
    expect(payloadOf(packet)).toBe('hello');
  });

  it('with SYN and FIN, or SYN and RST, does not open a connection', () => {
    const flagsOf = (flags: number): number =>
      decoded(101, ipv4(plain, tcp({ sourcePort: 1, destinationPort: 2, sequence: 0, flags }, Buffer.alloc(0)))).flags;
    expect([0x02, 0x12, 0x03, 0x3f, 0x06].map(flagsOf)).toEqual([0x02, 0x12, 0x00, 0x3c, 0x04]);
  });

  it('is UDP, ICMP or ARP', () => {
    const datagram = decoded(
      101,
      ipv4({ ...plain, protocol: 17 }, Buffer.concat([udp(9, 53, Buffer.from('q')), Buffer.from('xx')])),
    );
    expect(datagram).toMatchObject({ kind: 'udp', sourcePort: 9, destinationPort: 53 });
    expect(payloadOf(datagram)).toBe('q');
    expect(decoded(101, ipv4({ ...plain, protocol: 1 }, Buffer.from('0800000000000000', 'hex')))).toMatchObject({
      kind: 'icmp',
      code: 8,
    });
    expect(decoded(101, ipv6(addresses, 58, Buffer.from('8000000000000000', 'hex')))).toMatchObject({ kind: 'icmp', code: 128 });
    const arp = decoded(1, ethernet(0x0806, Buffer.from('0001080006040002020000000001c0a80001020000000002c0a80002', 'hex')));
    expect(arp).toMatchObject({ kind: 'arp', code: 2 });
    expect(ends(arp)).toEqual(['192.168.0.1', '192.168.0.2']);
    expect(arp.bytes.toString('hex', arp.hardwareAt, arp.hardwareAt + 6)).toBe('020000000001');
    // IEEE 802.5 has addresses of another form
    const ring = decoded(1, ethernet(0x0806, Buffer.from('0006080006040002020000000001c0a80001020000000002c0a80002', 'hex')));
    expect(ring.hardwareAt).toBe(-1);
    expect(datagram.hardwareAt).toBe(-1);
  });

  it.each<[string, number, Buffer, string]>([
    ['a link layer that is not known', 147, hello, 'link-type'],
    ['a protocol that is not IP', 1, ethernet(0x88cc, Buffer.alloc(30)), 'link-protocol'],
    [
      'a frame without end to its tags',
      1,
      ethernet(0x8100, Buffer.from('0005810000058100000581000005810000058100', 'hex')),
      'link-protocol',
    ],
    ['a frame that is cut', 1, Buffer.alloc(9), 'cut-link'],
    ['ARP that is cut', 1, ethernet(0x0806, Buffer.from('000108000604000102', 'hex')), 'cut-arp'],
    ['IPv4 that is cut', 101, hello.subarray(0, 19), 'cut-ip'],
    ['a header shorter than any', 101, Buffer.concat([Buffer.from([0x44]), hello.subarray(1)]), 'bad-ip'],
    ['a datagram shorter than its header', 101, ipv4({ ...plain, totalLength: 12 }, segment), 'bad-ip'],
    ['extensions without end', 101, ipv6(addresses, 0, Buffer.alloc(200)), 'bad-ip'],
    ['a protocol beyond those', 101, ipv4({ ...plain, protocol: 89 }, segment), 'ip-protocol'],
    ['TCP that is cut', 101, ipv4(plain, segment.subarray(0, 19)), 'bad-transport'],
    ['TCP whose header reaches beyond it', 101, ipv4(plain, Buffer.from(segment).fill(0xf0, 12, 13)), 'bad-transport'],
    ['UDP that is cut', 101, ipv4({ ...plain, protocol: 17 }, Buffer.alloc(7)), 'bad-transport'],
  ])('is other for %s', (_, linkType, bytes, reason) => {
    expect(decoded(linkType, bytes)).toMatchObject({ kind: 'other', reason });
  });

  it('of any bytes is decoded without an exception, within the stored length', () => {
    const start = fc.constantFrom(
      ethernet(0x0800, hello),
      hello,
      ipv6(addresses, 44, segment),
      ethernet(0x0806, Buffer.alloc(28)),
    );
    fc.assert(
      fc.property(
        start,
        fc.array(fc.tuple(fc.nat(90), fc.nat(255)), { maxLength: 8 }),
        fc.nat(100),
        fc.constantFrom(0, 1, 101, 108, 113, 276, 999),
        (whole, flips, length, linkType) => {
          const bytes = Buffer.from(whole).subarray(0, length);
          for (const [at, value] of flips) if (at < bytes.length) bytes[at] = value;
          const packet = decoded(linkType, bytes, bytes.length + 3);
          expect(packet.payloadAt).toBeLessThanOrEqual(packet.payloadEnd);
          expect(packet.payloadEnd).toBeLessThanOrEqual(packet.bytes.length);
          expect(packet.kind === 'other').toBe(packet.reason !== undefined);
        },
      ),
      { seed: 51, numRuns: 2_000 },
    );
  });
});

describe('fragments', () => {
  const whole = Buffer.concat([tcp({ sourcePort: 3, destinationPort: 502, sequence: 1 }, Buffer.from('x'.repeat(60)))]);
  const part = (at: number, to: number, identification = 5): Buffer => {
    const fragment = (at / 8) | (to < whole.length ? 0x2000 : 0);
    return ipv4({ ...plain, identification, fragment }, whole.subarray(at, to));
  };
  const cut = [part(0, 24), part(24, 48), part(48, whole.length)];

  it('are reassembled in any order, and the last one completes the packet', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), (order) => {
        const of = new PacketDecoder();
        const kinds = order.map((i) => {
          const { kind, reason } = decoded(101, cut[i] ?? Buffer.alloc(0), undefined, of);
          return reason ?? kind;
        });
        expect(kinds).toEqual(['fragment', 'fragment', 'tcp']);
        expect(of.fragments.held).toBe(0);
      }),
      { seed: 52, numRuns: 20 },
    );
  });

  it('of IPv6 are reassembled too', () => {
    const of = new PacketDecoder();
    const six = (at: number, to: number): Buffer => {
      const header = Buffer.from([6, 0, 0, 0, 0, 0, 0, 9]);
      header.writeUInt16BE(at | (to < whole.length ? 1 : 0), 2);
      return ipv6(addresses, 44, Buffer.concat([header, whole.subarray(at, to)]));
    };
    expect(decoded(101, six(40, 80), undefined, of).reason).toBe('fragment');
    const packet = decoded(101, six(0, 40), undefined, of);
    expect(packet).toMatchObject({ kind: 'tcp', destinationPort: 502, payloadLength: 60 });
    expect(ends(packet)).toEqual(['2001:db8::1', 'fe80::a0b:c0d:e0f:1011']);
  });

  it('that overlap are discarded, and a flood of them holds little memory', () => {
    const of = new PacketDecoder();
    decoded(101, part(0, 24), undefined, of);
    expect(decoded(101, part(16, 48), undefined, of).reason).toBe('bad-fragment');
    for (let i = 0; i < 5_000; i++) decoded(101, part(0, 24, i), undefined, of);
    expect(of.fragments.held).toBeLessThanOrEqual(64 * 24);
    expect(of.fragments.abandoned).toBe(1 + 5_000 - 64);
    of.fragments.expire(60_000);
    expect(of.fragments.held).toBe(0);
    for (let i = 0; i < 300; i++)
      decoded(101, ipv4({ ...plain, fragment: 0x2000 | (2 * i + 1) }, Buffer.alloc(8)), undefined, of);
    expect(of.fragments.held).toBeLessThanOrEqual(256 * 8);
  });
});
