import { createSignal, onCleanup, type Accessor } from 'solid-js';
import type { LabStatus } from '../../../../src/core/lab.ts';
import type { LabFeed } from '../../../protocol.ts';

/** State of the lab that feeds the monitor. */
export interface LabStore {
  /** Set while a simulated plant feeds the monitor; visible to every role. */
  readonly feed: Accessor<LabFeed | undefined>;
  /** Only while a component watches it, and only for roles that run the lab. */
  readonly status: Accessor<LabStatus | undefined>;
  /** Requests the status until the current owner is disposed of. */
  readonly watch: () => void;
  readonly setFeed: (feed: LabFeed | undefined) => void;
  readonly setStatus: (status: LabStatus) => void;
  /** True if the request must be sent again on each connection. */
  readonly watching: () => boolean;
}

export function createLab(send: (on: boolean) => void): LabStore {
  const [feed, setFeed] = createSignal<LabFeed | undefined>(undefined, {
    equals: (a, b) =>
      a?.speed === b?.speed && a?.exercise === b?.exercise && a?.hint?.id === b?.hint?.id && a?.hint?.time === b?.hint?.time,
  });
  const [status, setStatus] = createSignal<LabStatus>();
  let watchers = 0;
  return {
    feed,
    status,
    setFeed,
    setStatus,
    watching: () => watchers > 0,
    watch() {
      watchers++;
      if (watchers === 1) send(true);
      onCleanup(() => {
        watchers--;
        if (watchers === 0) send(false);
      });
    },
  };
}
