import type { Alert } from './alert.ts';

/** Name of the monitor as a device of the site. */
export const selfName = 'monitor';

/** Detector of findings about the monitor itself. */
export const selfDetector = 'self-watch';

/** Prefix of what the monitor reports about a part of its own, so that each has an alert: `monitor/protection`. */
const prefix = `${selfName}/`;
/** Device of the alarm about what is hidden now, which itself cannot be hidden. */
export const reducedDevice = `${prefix}reduced protection`;

/** The change that the alarm is about. It separates alarms, and no operator can use it. */
const changeId = /\/[0-9a-f]{8}$/;

/** True for the monitor itself. */
export const isSelf = (device: string | undefined): boolean => device === selfName || device?.startsWith(prefix) === true;

/**
 * True for an alert about a fault of the monitor itself, such as a full disk or a stopped thread: an alarm for those who run it. An alert
 * about an act of a person, such as a changed configuration, names the technique that it may indicate and is a case of the security team.
 */
export const isSystemFault = ({ device, techniques }: Pick<Alert, 'device' | 'techniques'>): boolean =>
  isSelf(device) && techniques.length === 0;

/** Name of a device for people: `monitor/configuration/d04bf2ae` is "Monitor, configuration". */
export function deviceText(device: string): string {
  if (!isSelf(device)) return device;
  const part = device.slice(prefix.length).replace(changeId, '');
  return part === '' ? 'Monitor' : `Monitor, ${part}`;
}

/** Name of the device of an alert for people; undefined if it concerns none. */
export const deviceOf = ({ device }: { readonly device?: string | undefined }): string | undefined =>
  device === undefined ? undefined : deviceText(device);
