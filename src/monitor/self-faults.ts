import { type ChangedConfiguration, changedText } from '../core/changed-configuration.ts';

/** Most changed settings that the sentence of an alarm names. */
const mostChanged = 10;

/** Faults of the monitor itself. */
export type SelfFault =
  | 'detection-stopped'
  | 'detection-limited'
  | 'detection-late'
  | 'samples-dropped'
  | 'monitor-late'
  | 'not-kept'
  | 'storing-stopped'
  | 'historian-stopped'
  | 'event-log-stopped'
  | 'alerting-stopped'
  | 'collecting-stopped'
  | 'notifying-stopped'
  | 'notifiers-stopped'
  | 'shadow-stopped'
  | 'feed-failed'
  | 'reference-invalid'
  | 'dashboard-stopped'
  | 'monitor-blocked'
  | 'monitor-ended'
  | 'unexpected-error'
  | 'sign-ins-refused'
  | 'certificate-not-loaded'
  | 'certificate-expires-30'
  | 'certificate-expires-7'
  | 'certificate-expires-1'
  | 'canary-lost'
  | 'part-stopped';

/** Texts of an alarm about the monitor. */
export interface FaultWords {
  /** At most 48 characters. */
  readonly title: string;
  readonly sentence: string;
  readonly normalIf: string;
  readonly response: string;
  /** Default 1. */
  readonly priority?: 1 | 2 | 3;
  /** ATT&CK techniques that it may indicate. */
  readonly techniques?: readonly string[];
  /** Part of the monitor with an alert of its own: an act of a person never joins faults. */
  readonly part?: string;
}

const watchPlant = 'Watch the plant by its own alarms';

const all: Readonly<Record<SelfFault, (of: string) => FaultWords>> = {
  'detection-stopped': () => ({
    title: 'Monitor fault: detection is down',
    sentence: 'The detection has stopped: no value is judged. It is being restarted.',
    normalIf: 'It would be normal if the detection threads ran.',
    response: `${watchPlant}. If this alarm lasts for a minute, restart scadawatch`,
  }),
  'detection-limited': () => ({
    title: 'Monitor fault: only stated limits are judged',
    sentence: 'The detectors failed repeatedly. Only limits and rules that the configuration states are judged.',
    normalIf: 'It would be normal if all configured detectors ran.',
    response: `${watchPlant}. Report the error in scadawatch.log; all detectors are tried again every 10 min`,
  }),
  'detection-late': () => ({
    title: 'Monitor fault: detection is late',
    sentence: 'The detection has not answered for more than 10 s: alerts are late.',
    normalIf: 'It would be normal if the detection answered within 10 s.',
    response: `${watchPlant}. Give scadawatch more CPU time`,
  }),
  'samples-dropped': () => ({
    title: 'Monitor fault: samples are not judged',
    sentence: 'Detectors refuse samples because of their time. Limits of these tags may not be monitored.',
    normalIf: 'It would be normal if every sample were judged.',
    response: `${watchPlant}. Check the clocks of the monitor and of the devices. If this alarm lasts for a minute, restart scadawatch`,
  }),
  'monitor-late': () => ({
    title: 'Monitor late',
    sentence: 'The monitor is late. Detectors of time and silence wait until it is on time again.',
    normalIf: 'It would be normal if the monitor polled and judged on time.',
    response: 'Give scadawatch more CPU time; in a lab, choose a lower speed',
  }),
  'not-kept': () => ({
    title: 'Monitor fault: data is not kept on disk',
    sentence: 'Detection and alerts continue.',
    normalIf: 'It would be normal if the disk accepted every write.',
    response:
      'Free space on the disk of the data directory, or repair it, and end programs that hold its files. scadawatch then resumes',
  }),
  'storing-stopped': () => ({
    title: 'Monitor fault: historian is not available',
    sentence: 'The historian accepts no samples. They wait on disk; detection and alerts continue.',
    normalIf: 'It would be normal if the historian accepted samples.',
    response: 'Check the historian and the disk of the data directory',
  }),
  'historian-stopped': () => ({
    title: 'Monitor fault: historian does not answer',
    sentence:
      'The process of the embedded historian has ended or does not answer. It is started again. Samples wait on disk; detection and alerts continue.',
    normalIf: 'It would be normal if the historian answered within 10 s.',
    response:
      'If this alarm lasts for a minute or returns, check the disk of the data directory and report the error in scadawatch.log',
  }),
  'event-log-stopped': () => ({
    title: 'Monitor fault: event log is not written',
    sentence: 'Events of devices and network traffic are not recorded. Detection and alerts continue.',
    normalIf: 'It would be normal if the event log were written.',
    response: 'Check the disk of the data directory',
  }),
  'alerting-stopped': () => ({
    title: 'Monitor fault: alerts are delayed',
    sentence: 'Findings could not be made alerts. They wait and are tried again every second.',
    normalIf: 'It would be normal if every finding became an alert at once.',
    response: `${watchPlant}. Check the disk of the data directory`,
  }),
  'collecting-stopped': (of) => ({
    title: `Monitor fault: ${of} is not collected`.slice(0, 48),
    sentence: `The collector of ${of} has failed: its values are not read. It is being restarted.`,
    normalIf: `It would be normal if the collector of ${of} ran.`,
    response: `Watch ${of} by the alarms of the plant. If this alarm lasts for a minute, restart scadawatch`,
  }),
  'notifying-stopped': (of) => ({
    title: `Notifier ${of} does not deliver`.slice(0, 48),
    sentence: `Notifier ${of} cannot deliver. What waits is sent when it works again.`,
    normalIf: `It would be normal if ${of} accepted notifications.`,
    response: `Watch the alarm list. Check the receiver of ${of} and the network`,
  }),
  'notifiers-stopped': () => ({
    title: 'Monitor fault: no notifier sends alerts',
    sentence: 'The thread of the notifiers has stopped. It is being restarted; unconfirmed alerts are then sent again.',
    normalIf: 'It would be normal if the thread ran and answered within 10 s.',
    response: 'Watch the alarm list. If this alarm lasts for a minute or returns, report the error in scadawatch.log',
  }),
  'feed-failed': (of) => ({
    title: `Feed ${of} cannot be used`.slice(0, 48),
    sentence: `Feed ${of} cannot be read, or its content is old. Indicators of the last successful read stay in use until they expire.`,
    normalIf: `It would be normal if ${of} were read at its period and kept up to date.`,
    response: `Check the source of ${of}. The page Security, Feeds states the reason`,
    priority: 3,
  }),
  'reference-invalid': () => ({
    title: 'Reference set is not valid',
    sentence:
      'The stored reference set was changed by something other than scadawatch: set-points and parameters are not compared with it.',
    normalIf: 'It would be normal if its signature matched, as after each approval.',
    response:
      'Inform the security team: somebody may hide a changed parameter\n' +
      'Type the stated command, and compare each value with the documents of the plant\n' +
      'An engineer or administrator approves a new reference set in System, Baseline',
    priority: 2,
    techniques: ['T0836', 'T0838'],
    part: 'reference',
  }),
  'shadow-stopped': () => ({
    title: 'Monitor fault: shadow detection has stopped',
    sentence: 'The shadow detection has failed and is being restarted. The live detection is not affected.',
    normalIf: 'It would be normal if the shadow detection ran.',
    response: 'Report the error in scadawatch.log',
  }),
  'dashboard-stopped': () => ({
    title: 'Monitor fault: dashboard does not work',
    sentence: 'The dashboard has failed and is being restarted. Detection and notification continue.',
    normalIf: 'It would be normal if the dashboard ran.',
    response: 'Reload the page. If this alarm lasts for a minute, restart scadawatch',
  }),
  'monitor-blocked': () => ({
    title: 'Monitor fault: the monitor was blocked',
    sentence: 'The monitor did nothing for a while: no value was read or judged in that time.',
    normalIf: 'It would be normal if the monitor were never blocked for more than 3 s.',
    response: 'Check the plant for what happened in that time. Give scadawatch more CPU time',
  }),
  'monitor-ended': () => ({
    title: 'Monitor fault: the monitor ended',
    sentence: 'The monitor was not stopped, but ended and was started again.',
    normalIf: 'It would be normal if only a person or a service manager ended the monitor.',
    response:
      'Check the plant for what happened in that time. Report the error in scadawatch.log. If somebody has killed the process, inform the security team',
    techniques: ['T0881'],
  }),
  'unexpected-error': () => ({
    title: 'Monitor fault: unexpected error',
    sentence: 'A part of the monitor reported an error that it does not handle. The monitor continues.',
    normalIf: 'It would be normal if every error were handled.',
    response: 'Report the error in scadawatch.log; check that values and alerts are current',
  }),
  'sign-ins-refused': () => ({
    title: 'Dashboard: repeated failed sign-ins',
    sentence: 'At least 10 sign-ins to the dashboard failed within 10 min. Somebody may be guessing passphrases.',
    normalIf: 'It would be normal if a person had mistyped a passphrase several times.',
    response: 'Read names and addresses in System, Audit. Inform the security team',
    techniques: ['T0859'],
    part: 'sign-ins',
  }),
  'certificate-not-loaded': () => ({
    title: 'Dashboard: new certificate is not in use',
    sentence: 'The files of dashboard.tls have changed, but cannot be used. The earlier certificate stays in use.',
    normalIf: 'It would be normal if each new certificate took effect.',
    response: 'Correct the files: both PEM, a valid certificate and its key. They are read again without a restart',
    priority: 2,
  }),
  'certificate-expires-30': () => expiring('in 30 days', 3),
  'certificate-expires-7': () => expiring('in 7 days', 2),
  'certificate-expires-1': () => expiring('within a day', 1),
  'canary-lost': (of) => ({
    title: `Alert path fails at: ${of}`.slice(0, 48),
    sentence: `No canary has passed the stage ${of} for more than 2 min: alerts may not arrive.`,
    normalIf: 'It would be normal if a canary passed every stage each minute.',
    response: `${watchPlant}. Check this stage in System and in scadawatch.log. If this alarm lasts, restart scadawatch`,
  }),
  'part-stopped': (of) => ({
    title: `Monitor fault: ${of} has stopped`.slice(0, 48),
    sentence: `Part ${of} of the monitor has failed and is being restarted.`,
    normalIf: `It would be normal if ${of} ran.`,
    response: 'If this alarm lasts for a minute, restart scadawatch',
  }),
};

/** Texts of an alarm about an act that reduces the protection of the plant. */
export const protectionWords = (act: string): FaultWords => ({
  title: 'Protection by the monitor was reduced',
  sentence: act,
  normalIf: 'It would be normal if the act was planned and its reason is known.',
  response: 'Check in System, Audit who did this and why. If nobody knows of it, undo it and inform the security team',
  priority: 3,
  techniques: ['T0838'],
});

/** Most reductions that one sentence names. */
const mostReductions = 50;

/** Texts of the alarm about all that reduces the protection of the plant now. */
export function reducedWords(all: readonly string[]): FaultWords {
  const more = all.length > mostReductions ? `; and ${all.length - mostReductions} more` : '';
  return {
    title: 'Protection reduced',
    sentence: `Protection is reduced by ${all.length}: ${all.slice(0, mostReductions).join('; ')}${more}.`,
    normalIf: 'It would be normal if each of them was planned and its reason is known.',
    response: 'Compare the list with the work of the shift. End in System, Maintenance or on the alert what nobody knows of',
    priority: 3,
    techniques: ['T0838'],
  };
}

/** Texts of an alarm about a changed configuration that nobody has to confirm. */
export const noticeWords = (sentence: string): FaultWords => ({
  title: 'Configuration changed',
  sentence,
  normalIf: 'It would be normal if the change was planned.',
  response:
    'Compare the change in System, Audit with the planned one. If nobody knows of it, restore the file, restart scadawatch and inform the security team',
  priority: 3,
  techniques: ['T0838'],
});

/** Texts of the alarm about changed settings of the configuration. It lasts until a person has confirmed them. */
export const configurationWords = ({ file, settings }: ChangedConfiguration): FaultWords => ({
  title: 'Configuration changed, not confirmed',
  sentence: `The monitor runs with changed settings of ${file}: ${changedText(settings, mostChanged)}.`,
  normalIf: 'It would be normal if the change was planned and somebody had stated its reason.',
  response:
    'Compare each setting in System, Alarms with the planned change\n' +
    'An engineer or administrator confirms the change there with its reason\n' +
    'If nobody knows of it, restore the file and its environment, restart scadawatch and inform the security team',
  priority: 3,
  techniques: ['T0838'],
});

export const words = (fault: SelfFault, of: string): FaultWords => all[fault](of);

const faults: ReadonlyMap<string, SelfFault> = new Map([
  ['detect', 'detection-stopped'],
  ['judge', 'samples-dropped'],
  ['store', 'storing-stopped'],
  ['historian', 'historian-stopped'],
  ['event log', 'event-log-stopped'],
  ['alert', 'alerting-stopped'],
  ['shadow', 'shadow-stopped'],
  ['notifiers', 'notifiers-stopped'],
  ['serve', 'dashboard-stopped'],
]);

/** Parts whose failures are shown on the common alarm about data that are not stored. */
const keptParts: ReadonlySet<string> = new Set(['state', 'snapshots']);

/**
 * Fault of a part that does not run; undefined if another alarm reports it. Collectors and notifiers are named `collect <device>`
 * and `notify <name>`.
 */
export function faultOfPart(name: string): { readonly fault: SelfFault; readonly of: string } | undefined {
  if (keptParts.has(name)) return undefined;
  const known = faults.get(name);
  if (known !== undefined) return { fault: known, of: '' };
  if (name.startsWith('collect ')) return { fault: 'collecting-stopped', of: name.slice('collect '.length) };
  if (name.startsWith('notify ')) return { fault: 'notifying-stopped', of: name.slice('notify '.length) };
  return { fault: 'part-stopped', of: name };
}

const expiring = (when: string, priority: 1 | 2 | 3): FaultWords => ({
  title: `Dashboard: certificate expires ${when}`,
  sentence: `The certificate of the dashboard expires ${when} or earlier. Browsers then refuse to open the pages.`,
  normalIf: 'It would be normal if the certificate were valid for more than 30 days.',
  response: 'Renew the files of dashboard.tls. The new certificate takes effect without a restart',
  priority,
});
