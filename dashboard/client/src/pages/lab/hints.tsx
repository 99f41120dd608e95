import { createResource, For, Show } from 'solid-js';
import type { InstructorEntry } from '../../../../../src/core/lab.ts';
import { query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Loaded } from '../../ui/resource.tsx';
import { texts } from './text.ts';

/** Hints of the exercise, for its participants. */
export function GivenHints() {
  const { lab } = useApp();
  const [found, { refetch }] = createResource(
    () => lab.feed()?.hint?.id ?? '',
    async () => await query('GET /api/lab/hints', {}),
  );
  return (
    <section aria-label={texts.title.hints}>
      <h3>{texts.title.hints}</h3>
      <Loaded of={found} retry={() => void refetch()} cells={2}>
        {(known) => <Entries entries={known().hints} empty={texts.sentence.noHint} />}
      </Loaded>
    </section>
  );
}

/** Hints or notes with their times, newest first. */
export function Entries(props: { readonly entries: readonly InstructorEntry[]; readonly empty: string }) {
  const { zone, clock } = useApp();
  return (
    <Show when={props.entries.length > 0} fallback={<p class="dim">{props.empty}</p>}>
      <dl class="facts">
        <For each={props.entries.toReversed()}>
          {(entry) => (
            <>
              <dt>
                {entry.id} {zone().moment(entry.time, clock.second())}
              </dt>
              <dd>{entry.text}</dd>
            </>
          )}
        </For>
      </dl>
    </Show>
  );
}
