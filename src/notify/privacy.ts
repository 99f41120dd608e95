import { isIP } from 'node:net';
import type { Actor, AlertChange } from '../core/alert.ts';
import type { Privacy } from '../core/notification-settings.ts';
import { shownAlert } from '../core/shown.ts';
import { mapTexts } from '../core/texts.ts';

/** Replaces a text that must not leave the site. */
const hidden = '[hidden]';
/** Texts that may be an address of IPv6, IPv4 or a network card. `isIP` decides about the first two. */
const ipv6 = /(?<![\w.:])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,8}(?:\d{0,3}(?:\.\d{1,3}){3})?(?!\w)/g;
const ipv4 = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)/g;
const hardware = /(?<![\w:-])[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}(?![\w:-])/g;

/**
 * Changes with what one receiver may know of persons and networks. Addresses are found in every text of a change, also within sentences
 * and titles.
 * @param pseudonymOf pseudonym of an address
 */
export function privately(
  privacy: Privacy | undefined,
  pseudonymOf: (address: string) => string,
): (change: AlertChange) => AlertChange {
  if (privacy === undefined) return (change) => change;
  const { addresses, users, notes } = privacy;
  const textOf = withoutAddresses(privacy, pseudonymOf);
  return (change) => {
    const named = users === 'hide' ? withoutUsers(change) : change;
    const noted = notes === 'hide' ? withoutNotes(named) : named;
    return addresses === 'show' ? noted : mapTexts(noted, textOf);
  };
}

/** Replaces the network addresses in a text, if the receiver may not know them. */
export function withoutAddresses(
  privacy: Privacy | undefined,
  pseudonymOf: (address: string) => string,
): (text: string) => string {
  const { addresses = 'show' } = privacy ?? {};
  if (addresses === 'show') return (text) => text;
  const replaced = (address: string): string => (addresses === 'hide' ? hidden : pseudonymOf(address.toLowerCase()));
  const checked = (found: string): string => {
    // a colon may follow an address in a sentence
    const [address, rest] = found.endsWith(':') && isIP(found) === 0 ? [found.slice(0, -1), ':'] : [found, ''];
    return isIP(address) === 0 ? found : `${replaced(address)}${rest}`;
  };
  return (text) => text.replaceAll(hardware, replaced).replaceAll(ipv6, checked).replaceAll(ipv4, checked);
}

const roleOf = ({ role }: Actor): Actor => ({ role });

const withoutUsers = (change: AlertChange): AlertChange => ({
  ...change,
  by: roleOf(change.by),
  alert: shownAlert(change.alert, roleOf),
});

function withoutNotes(noted: AlertChange): AlertChange {
  const { note: _, ...change } = noted;
  const { verdict, incidentVerdict, shelf, ...alert } = change.alert;
  return {
    ...change,
    alert: {
      ...alert,
      ...(verdict === undefined ? {} : { verdict: { ...verdict, note: undefined } }),
      ...(incidentVerdict === undefined ? {} : { incidentVerdict: { ...incidentVerdict, note: undefined } }),
      ...(shelf === undefined ? {} : { shelf: { ...shelf, reason: hidden } }),
    },
  };
}
