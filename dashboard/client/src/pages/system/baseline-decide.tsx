import { createSignal, For, Match, Show, Switch } from 'solid-js';
import type { BaselineLine, LineRef } from '../../../../../src/core/monitor.ts';
import { limits } from '../../../../protocol.ts';
import { learnedFigures, lineName, readFigures } from '../../pure/baseline-words.ts';
import { act, ApiError } from '../../store/api.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

/** What somebody is about to decide. */
export type Decision =
  | { readonly verb: 'approve'; readonly lines: readonly BaselineLine[] }
  | { readonly verb: 'edit'; readonly line: BaselineLine }
  | { readonly verb: 'unlearn'; readonly line: BaselineLine };

const words: Readonly<Record<Decision['verb'], string>> = { approve: 'Approve', edit: 'Edit', unlearn: 'Unlearn' };

/** Says what will follow, and asks for the numbers of an edit and for the reason. */
export function Decide(props: { readonly decision: Decision; readonly onClose: (done: boolean) => void }) {
  const [failure, setFailure] = createSignal<string>();
  let form!: HTMLFormElement;
  const { decision } = props;
  const decide = async (): Promise<void> => {
    const data = new FormData(form);
    const text = (name: string): string => {
      const value = data.get(name);
      return typeof value === 'string' ? value : '';
    };
    const reason = text('reason') === '' ? {} : { reason: text('reason') };
    try {
      if (decision.verb === 'approve') await act('POST /api/baseline/approve', { lines: decision.lines.map(refOf), ...reason });
      else if (decision.verb === 'unlearn') await act('POST /api/baseline/unlearn', { line: refOf(decision.line), ...reason });
      else {
        const { figures, problem } = readFigures(decision.line, text);
        if (problem !== undefined) return void setFailure(problem);
        await act('POST /api/baseline/edit', { line: refOf(decision.line), figures, ...reason });
      }
      props.onClose(true);
    } catch (thrown) {
      setFailure(thrown instanceof ApiError ? [thrown.message, thrown.body?.hint].filter(Boolean).join(': ') : String(thrown));
    }
  };
  return (
    <Dialog title={`${words[decision.verb]} ${titleOf(decision)}`} onClose={() => props.onClose(false)}>
      <form
        class="decide"
        ref={(element) => (form = element)}
        onSubmit={(event) => {
          event.preventDefault();
          void decide();
        }}
      >
        <Switch>
          <Match when={decision.verb === 'approve'}>
            <p>It is how this plant runs normally. If it was unlearned, it is judged by again.</p>
            <Show when={linesOf(decision).some(({ later }) => later)}>
              <p>Modes take effect with the next calibration, which learns each of them apart.</p>
            </Show>
          </Match>
          <Match when={decision.verb === 'unlearn' && decision.line}>{(line) => <p>{unlearningText(line())}</p>}</Match>
          <Match when={decision.verb === 'edit' && decision.line}>{(line) => <Figures line={line()} />}</Match>
        </Switch>
        <label>
          Reason, written into the audit
          <textarea class="field" name="reason" rows="3" maxlength={limits.noteLength} />
        </label>
        <Show when={failure()}>
          <b role="alert">{failure()}</b>
        </Show>
        <div class="acts">
          <button type="submit" class="button button-primary">
            {words[decision.verb]}
          </button>
          <Button key="Esc" onPress={() => props.onClose(false)}>
            Cancel
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** The numbers of a line, each with the one that was learned. */
function Figures(props: { readonly line: BaselineLine }) {
  return (
    <>
      <p>
        It is judged by these numbers {props.line.later === true ? 'from the next calibration on' : 'at once'}. What was learned
        is kept beside them.
      </p>
      <div class="figures">
        <For each={learnedFigures(props.line)}>
          {({ word, value, learned }) => (
            <label>
              <span>
                {word}
                {props.line.unit === '' ? '' : `, ${props.line.unit}`}
              </span>
              <input class="field" name={word} inputmode="decimal" autocomplete="off" required value={String(value)} />
              <small class="dim">learned {learned}</small>
            </label>
          )}
        </For>
      </div>
    </>
  );
}

/** What follows when a line is unlearned. */
function unlearningText({ detector, channel, later, forgets }: BaselineLine): string {
  if (later === true) return `From the next calibration on ${channel} is judged without modes.`;
  if (forgets === true) return 'It is not normal: when it comes again it is new, until the line is approved or learned anew.';
  return `The detector ${detector} will not judge ${channel} any more, until the line is approved or learned anew.`;
}

const refOf = ({ detector, channel, name }: BaselineLine): LineRef => ({ detector, channel, name });

const linesOf = (decision: Decision): readonly BaselineLine[] => (decision.verb === 'approve' ? decision.lines : [decision.line]);

function titleOf(decision: Decision): string {
  const lines = linesOf(decision);
  const [first] = lines;
  return lines.length === 1 && first !== undefined ? `${first.channel} ${lineName(first)}` : `${lines.length} lines`;
}
