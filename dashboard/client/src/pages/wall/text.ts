import { formatCount } from '../../pure/format.ts';

/** Texts of the wall display. */
export const texts = {
  title: {
    wall: 'Wall display',
    refused: 'This wall display is not admitted',
    connecting: 'Connecting',
    openAlerts: 'Open alerts by incident',
  },
  label: {
    areas: 'Areas',
  },
  note: {
    below: (count: number) => `${formatCount(count, 'further incident')} without room on this screen`,
    more: (count: number) => `and ${formatCount(count, 'more alert')}`,
    since: (moment: string) => `since ${moment}`,
    counts: (open: number, fresh: number) => `${open} open, ${fresh} unacknowledged`,
  },
  sentence: {
    none: 'No open alerts.',
    refused: 'The link of this wall display is invalid or revoked. Ask an administrator for a new link.',
    failed: 'The server does not admit this display now. It tries again by itself.',
  },
} as const;
