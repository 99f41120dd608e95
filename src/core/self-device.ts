/** Name of the monitor as a device of the site. */
export const selfName = 'monitor';

/** Detector of findings about the monitor itself. */
export const selfDetector = 'self-watch';

/** Prefix of what the monitor reports about a part of its own, so that each has an alert: `monitor/protection`. */
const prefix = `${selfName}/`;
/** The change that the alarm is about. It separates alarms, and no operator can use it. */
const changeId = /\/[0-9a-f]{8}$/;

/** True for the monitor itself. */
export const isSelf = (device: string | undefined): boolean => device === selfName || device?.startsWith(prefix) === true;

/** Name of a device for people: `monitor/configuration/d04bf2ae` is "Monitor, configuration". */
export function deviceText(device: string): string {
  if (!isSelf(device)) return device;
  const part = device.slice(prefix.length).replace(changeId, '');
  return part === '' ? 'Monitor' : `Monitor, ${part}`;
}

/** Name of the device of an alert for people; undefined if it concerns none. */
export const deviceOf = ({ device }: { readonly device?: string | undefined }): string | undefined =>
  device === undefined ? undefined : deviceText(device);
