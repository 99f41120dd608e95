import { createResource, createSignal, For, Show } from 'solid-js';
import type { TagInfo } from '../../../api/index.ts';
import { useApp } from '../store/app-context.ts';
import './tag-search.css';
import { shared } from '../text.ts';

/** Searches tags by name or description; a press on one, or Enter for the first, chooses it. */
export function TagSearch(props: {
  readonly label: string;
  /** Text if no tag is found. */
  readonly none: string;
  /** Tags that can be chosen; all if absent. */
  readonly accepts?: (tag: TagInfo) => boolean;
  /** Detail at the right of a tag. */
  readonly detail: (tag: TagInfo) => string;
  readonly onChoose: (tag: string) => void;
}) {
  const { tags } = useApp();
  const [text, setText] = createSignal('');
  const [found] = createResource(
    () => text().trim() || undefined,
    async (wanted) => await tags.search(wanted),
  );
  const hits = (): readonly TagInfo[] => {
    if (found.state === 'errored' || text().trim() === '') return [];
    return (found.latest ?? []).filter((tag) => props.accepts?.(tag) ?? true);
  };
  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const [first] = hits();
          if (first !== undefined) props.onChoose(first.name);
        }}
      >
        <label>
          {props.label}
          <input class="field" type="search" autocomplete="off" onInput={(event) => setText(event.currentTarget.value)} />
        </label>
      </form>
      <div class="finder">
        <For each={hits()} fallback={<Show when={text().trim() !== '' && found.state === 'ready'}>{props.none}</Show>}>
          {(tag) => (
            <button type="button" onClick={() => props.onChoose(tag.name)}>
              <b>{tag.name}</b>
              <span class="ellipsis">{tag.description}</span>
              <span class="dim">{props.detail(tag)}</span>
            </button>
          )}
        </For>
        <Show when={found.state === 'errored'}>
          <p role="alert">{shared.sentence.searchFailed}</p>
        </Show>
      </div>
    </>
  );
}
