import type { Handover, HandoverHeading, ShiftNote } from '../core/handover.ts';
import type { DirectStateStore } from '../core/state.ts';
import type { WriteQueue } from './writer/queue.ts';

/** Notes and handovers of a running monitor. Writes go into the queue; reads combine the rows on disk with waiting writes. */
export function queuedShift(disk: DirectStateStore['shifts'], queue: WriteQueue): DirectStateStore['shifts'] {
  const waitingNotes = (): ShiftNote[] =>
    [...queue.pending()].flatMap((one) => (one.store === 'shifts' && one.method === 'addNote' ? [one.args[0]] : []));
  const waitingHandovers = (): Handover[] =>
    [...queue.pending()].flatMap((one) => (one.store === 'shifts' && one.method === 'addHandover' ? [one.args[0]] : []));
  const withIncoming = <Heading extends HandoverHeading>(heading: Heading): Heading => {
    for (const one of queue.pending()) {
      if (one.store === 'shifts' && one.method === 'takeOver' && one.args[0] === heading.id)
        return { ...heading, incoming: one.args[1] };
    }
    return heading;
  };
  return {
    addNote: (note) => {
      queue.admit('act');
      queue.put({ store: 'shifts', method: 'addNote', args: [note] }, 'act');
    },
    notes: (after, limit) =>
      newestFirst(
        disk.notes(after, limit),
        waitingNotes().filter(({ at }) => at > after),
      ).slice(0, limit),
    addHandover: (handover) => {
      queue.admit('act');
      queue.put({ store: 'shifts', method: 'addHandover', args: [handover] }, 'act');
    },
    takeOver: (id, incoming) => {
      queue.admit('act');
      queue.put({ store: 'shifts', method: 'takeOver', args: [id, incoming] }, 'act');
    },
    handovers: (limit) =>
      newestFirst<HandoverHeading>(
        disk.handovers(limit),
        waitingHandovers().map(({ id, outgoing }) => ({ id, outgoing })),
      )
        .map(withIncoming)
        .slice(0, limit),
    handover: (id) => {
      const found = disk.handover(id) ?? waitingHandovers().find((one) => one.id === id);
      return found === undefined ? undefined : withIncoming(found);
    },
  };
}

/** Waiting rows are the newest ones. The writer may already have written some of them. */
const newestFirst = <Row extends { readonly id: string }>(rows: readonly Row[], waiting: readonly Row[]): Row[] => [
  ...waiting.filter(({ id }) => !rows.some((row) => row.id === id)).toReversed(),
  ...rows,
];
