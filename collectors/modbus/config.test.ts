import { describe, expect, it } from 'vitest';
import { modbusSchema } from './config.ts';

const host = 'plc.example';
const tls = { ca: 'ca.pem', cert: 'own.pem', key: 'own-key.pem' };
const serial = { path: '/dev/ttyS0' };

/** Path and message of each problem. */
const problems = (settings: object): string[] =>
  modbusSchema.safeParse(settings).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

describe('the settings of a Modbus device', () => {
  it.each([
    [{ host }, { transport: 'tcp', port: 502, pauseMs: 20 }],
    [
      { host, transport: 'rtu-over-tcp', port: 4001 },
      { port: 4001, pauseMs: 20, silenceMs: 50 },
    ],
    [
      { host, transport: 'tls', tls },
      { port: 802, pauseMs: 20 },
    ],
    [
      { transport: 'serial', serial },
      { port: undefined, pauseMs: 50 },
    ],
    [{ transport: 'serial', serial, pauseMs: 5 }, { pauseMs: 5 }],
    // Three and a half characters of 11 bits at 300 baud.
    [
      { transport: 'serial', serial: { ...serial, baudRate: 300 }, pauseMs: 1 },
      { pauseMs: 385 / 3, silenceMs: 385 / 3 },
    ],
    [{ transport: 'serial', serial: { ...serial, baudRate: 115_200 }, pauseMs: 0 }, { pauseMs: 1.75 }],
  ])('%o give %o', (settings, expected) => {
    expect(modbusSchema.parse(settings)).toMatchObject(expected);
  });

  it('default to even parity and one stop bit, as in the specification', () => {
    expect(modbusSchema.parse({ transport: 'serial', serial }).serial).toEqual({
      path: '/dev/ttyS0',
      baudRate: 19_200,
      dataBits: 8,
      parity: 'even',
      stopBits: 1,
    });
  });

  it.each<[object, string]>([
    [{}, 'host: transport tcp needs a host'],
    [{ host, transport: 'serial', serial }, 'host: a serial line has no host: did you mean transport: rtu-over-tcp?'],
    [{ transport: 'serial' }, 'serial: transport serial needs the line: serial: { path: … }'],
    [{ transport: 'serial', serial, port: 502 }, 'port: a serial line has no TCP port'],
    [{ transport: 'serial', serial, connections: 2 }, 'connections: a serial line is one connection'],
    [{ host, serial }, 'serial: not used by transport tcp: did you mean transport: serial?'],
    [{ host, tls }, 'tls: not used by transport tcp: did you mean transport: tls?'],
    [{ host, transport: 'tls' }, 'tls: transport tls needs certificates: tls: { ca, cert, key }'],
    [
      { host, transport: 'rtu-over-tcp', unit: 0 },
      'unit: RTU units are 1 to 247, not 0: 0 is a call to all, which nobody answers',
    ],
    [
      { transport: 'serial', serial, unit: 248 },
      'unit: RTU units are 1 to 247, not 248: 0 is a call to all, which nobody answers',
    ],
  ])('%o are refused', (settings, problem) => {
    expect(problems(settings)).toContain(problem);
  });

  it('name a misspelt key with its path', () => {
    expect(problems({ transport: 'serial', serial: { ...serial, baudrate: 9600 } }).join()).toMatch(/serial: .*baudrate/);
  });
});
