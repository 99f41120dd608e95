import { expect, it } from 'vitest';
import { checkDestinations } from './destinations.ts';

const check = (host: string, port: number, allowed?: readonly string[]): (() => void) => {
  return () => checkDestinations('webhook-1', [{ host, port }], allowed);
};

it('allows what the notifiers name themselves without a list, and nothing with an empty one', () => {
  expect(check('siem.example', 443)).not.toThrow();
  expect(check('siem.example', 443, [])).toThrow('webhook-1 may not reach siem.example:443');
});

it.each([
  ['siem.example', 6514, 'siem.example:6514', true],
  ['SIEM.example', 6514, 'siem.EXAMPLE:6514', true],
  ['siem.example', 514, 'siem.example:6514', false],
  ['siem.example', 514, 'siem.example:*', true],
  ['hooks.slack.com', 443, '*.slack.com:443', true],
  ['slack.com', 443, '*.slack.com:443', false],
  ['hooks.slack.com.evil.example', 443, '*.slack.com:443', false],
  ['evilslack.com', 443, '*.slack.com:443', false],
  ['[fd00::7]', 443, '[fd00::7]:443', true],
])('compares %s port %i with %s: %s', (host, port, entry, expected) => {
  if (expected) expect(check(host, port, [entry])).not.toThrow();
  else expect(check(host, port, [entry])).toThrow('may not reach');
});

it('refuses a notifier that does not state where it connects', () => {
  expect(() => checkDestinations('new-1', undefined, ['a.example:1'])).toThrow('does not state its destination');
});
