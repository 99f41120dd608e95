import { formatNumber } from '../../../pure/format.ts';

/** Texts of the inventory of devices. */
export const texts = {
  title: { assets: 'Assets', conversations: 'Conversations on the network' },
  label: { find: 'Find a device' },
  column: {
    identity: 'Identity and firmware',
    address: 'Address',
    connection: 'Connection of this monitor',
    clients: 'Seen talking to it',
    lastChange: 'Last change',
    client: 'Client',
    server: 'Server',
    protocol: 'Protocol',
    units: 'Units',
    operations: 'Requests',
    writes: 'Writes',
    packets: 'Packets',
    firstSeen: 'First seen',
    lastSeen: 'Last seen',
  },
  note: {
    assets: 'as the devices state it; changes since the monitor started',
    conversations: 'by taps and captures, since the monitor started',
    noIdentity: 'The device states none',
    notSeen: 'not seen',
    noChange: 'none',
    clients: (names: string, more: number) => (more > 0 ? `${names} and ${formatNumber(more)} more` : names),
    change: (moment: string, text: string) => `${moment} ${text}`,
    server: (server: string, port: number) => (port === 0 ? server : `${server}:${port}`),
    unlisted: (count: number) => `${formatNumber(count)} or more are not listed`,
  },
  sentence: {
    noAssets: 'No devices match this search.',
    notSeen: 'No conversation has been seen. A tap (SPAN port) or a capture shows who talks to a device.',
  },
} as const;
