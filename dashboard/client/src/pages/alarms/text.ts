/** Texts of the alarm pages. */
export const texts = {
  title: {
    alarms: 'Alarms',
    list: 'Alarm list',
    history: 'Alarm history',
    chosen: 'Selected alarm',
    explanation: 'Explanation',
    meaning: 'Explanation and response',
    sections: {
      new: 'New',
      acknowledged: 'Acknowledged, still active',
      anomalies: 'Anomalies: findings without an agreed response, which do not sound',
      hidden: 'Not annunciated',
      cleared: 'Cleared in the last hour',
    },
  },
  column: {
    acknowledged: 'Acknowledged',
    firstResponse: 'First response',
    limit: 'Limit',
    returned: 'Back to normal',
  },
  label: {
    active: 'Active',
    unacknowledged: 'Unacknowledged',
    historyTab: 'History',
    time: 'Time',
    allAreas: 'All areas',
    all: 'All',
    now: 'Now',
    tableKeys: 'Alarms, move with the arrow keys',
    flood: (time: string, count: number, first: string) => `FLOOD since ${time}: ${count} alarms, first ${first}`,
  },
  button: {
    acknowledgeVisible: (count: number) => `Acknowledge visible (${count})`,
    group: 'Group by incident',
    ungroup: 'Ungroup',
    showNew: (count: number) => `Show ${count} new`,
  },
  key: {
    detail: 'detail',
    group: 'group by incident or not',
    nextNew: 'next new',
    select: 'select',
  },
  sentence: {
    noMatch: 'No alarms match this search.',
    noActive: 'No active alarms.',
    lastCleared: (time: string, ago: string) => `The last one was cleared at ${time}, ${ago} ago.`,
    noneSelected: 'No alarm is selected. Select one in the list to see its explanation and response.',
    noHistory: 'No alarms in this time match these filters. Choose a longer time or other filters.',
  },
} as const;
