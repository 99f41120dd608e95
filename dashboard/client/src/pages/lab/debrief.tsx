import { createResource, Show } from 'solid-js';
import { query } from '../../store/api.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { saveText } from '../../ui/save.ts';
import { PrintedTables } from '../shift/printed-tables.tsx';
import '../shift/shift.css';
import { texts } from './text.ts';

/** Debrief of the last scenario that has ended: ground truth beside findings and acts. */
export function Debrief() {
  const [found, { refetch }] = createResource(async () => await query('GET /api/lab/debrief', {}));
  const known = () => (found.state === 'errored' ? undefined : found.latest?.debrief);
  const fileName = (from: number): string => `debrief-${new Date(from).toISOString().slice(0, 16).replace(':', '')}.html`;
  return (
    <main class="page shift">
      <Panel label={texts.title.debrief}>
        <div class="filters">
          <Button onPress={() => void refetch()}>{texts.button.refresh}</Button>
          <Show when={known()}>
            {(debrief) => (
              <Button primary onPress={() => saveText(fileName(debrief().document.from), debrief().html)}>
                {texts.button.saveHtml}
              </Button>
            )}
          </Show>
          <span class="dim">{texts.sentence.debrief}</span>
        </div>
        <Loaded of={found} retry={() => void refetch()} cells={8}>
          {(answer) => (
            <Show when={answer().debrief} fallback={<p class="dim">{texts.sentence.noDebrief}</p>}>
              {(debrief) => <PrintedTables document={debrief().document} />}
            </Show>
          )}
        </Loaded>
      </Panel>
    </main>
  );
}
