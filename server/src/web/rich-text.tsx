// Formats the text of an event: links and simple markup, everything else as written. On the server and in the browser.

import type { Search } from '@anthracite/protocol/browser';
import { Marked } from './marked';
import { type Block, type Inline, parseBlocks, parseInlines } from './rich-parts';

// Longer texts are usually dumps: they are shown without formatting.
const maxRichChars = 30_000;

/** A single line, such as a title; the hits of a search are marked. */
export function RichLine({
  text,
  search = null,
}: {
  readonly text: string;
  readonly search?: Search | null;
}) {
  return (
    <bdi class="rich-line">
      <Inlines
        inlines={text.length > maxRichChars ? [{ kind: 'text', text }] : parseInlines(text)}
        search={search}
      />
    </bdi>
  );
}

/** A text of several lines, such as a body. Blank lines at the start and the end are removed. */
export function RichText({
  text: given,
  search = null,
}: {
  readonly text: string;
  readonly search?: Search | null;
}) {
  const text = given.replace(/^(?:[ \t]*\n)+/, '').trimEnd();
  if (text === '') return null;
  if (text.length > maxRichChars) return <div class="rich plain">{text}</div>;
  return (
    <div class="rich" dir="auto">
      {parseBlocks(text).map((block, i) => (
        <BlockPart key={i} block={block} search={search} />
      ))}
    </div>
  );
}

function BlockPart({ block, search }: { readonly block: Block; readonly search: Search | null }) {
  switch (block.kind) {
    case 'code':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard
        <pre tabIndex={0}>
          <code>
            <Marked text={block.text} search={search} />
          </code>
        </pre>
      );
    case 'list': {
      const List = block.sign === '1' ? 'ol' : 'ul';
      return (
        <List class={block.sign === '-' ? 'dashes' : undefined}>
          {block.items.map((item, i) => (
            <li key={i}>
              <Inlines inlines={item} search={search} />
            </li>
          ))}
        </List>
      );
    }
    default:
      return (
        <div class="lines">
          <Inlines inlines={block.inlines} search={search} />
        </div>
      );
  }
}

function Inlines({
  inlines,
  search,
}: {
  readonly inlines: readonly Inline[];
  readonly search: Search | null;
}) {
  return inlines.map((inline, i) => <InlinePart key={i} inline={inline} search={search} />);
}

function InlinePart({ inline, search }: { readonly inline: Inline; readonly search: Search | null }) {
  const text = <Marked text={inline.text} search={search} />;
  switch (inline.kind) {
    case 'code':
      return <code>{text}</code>;
    case 'bold':
      return <strong>{text}</strong>;
    case 'link':
      return (
        <a href={inline.href} title={inline.href} rel="noopener noreferrer nofollow">
          {text}
        </a>
      );
    default:
      return text;
  }
}
