// Formats the text of an event: links and simple markup, everything else as written. On the server and in the browser.

import { type Block, type Inline, parseBlocks, parseInlines } from './rich-parts';

// Longer texts are usually dumps: they are shown without formatting.
const maxRichChars = 30_000;

/** A single line, such as a title. */
export function RichLine({ text }: { readonly text: string }) {
  return (
    <bdi class="rich-line">
      <Inlines inlines={text.length > maxRichChars ? [{ kind: 'text', text }] : parseInlines(text)} />
    </bdi>
  );
}

/** A text of several lines, such as a body. Blank lines at the start and the end are removed. */
export function RichText({ text: given }: { readonly text: string }) {
  const text = given.replace(/^(?:[ \t]*\n)+/, '').trimEnd();
  if (text === '') return null;
  if (text.length > maxRichChars) return <div class="rich plain">{text}</div>;
  return (
    <div class="rich" dir="auto">
      {parseBlocks(text).map((block, i) => (
        <BlockPart key={i} block={block} />
      ))}
    </div>
  );
}

function BlockPart({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case 'code':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard
        <pre tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case 'list': {
      const List = block.sign === '1' ? 'ol' : 'ul';
      return (
        <List class={block.sign === '-' ? 'dashes' : undefined}>
          {block.items.map((item, i) => (
            <li key={i}>
              <Inlines inlines={item} />
            </li>
          ))}
        </List>
      );
    }
    default:
      return (
        <div class="lines">
          <Inlines inlines={block.inlines} />
        </div>
      );
  }
}

function Inlines({ inlines }: { readonly inlines: readonly Inline[] }) {
  return inlines.map((inline, i) => <InlinePart key={i} inline={inline} />);
}

function InlinePart({ inline }: { readonly inline: Inline }) {
  switch (inline.kind) {
    case 'code':
      return <code>{inline.text}</code>;
    case 'bold':
      return <strong>{inline.text}</strong>;
    case 'link':
      return (
        <a href={inline.href} title={inline.href} rel="noopener noreferrer nofollow">
          {inline.text}
        </a>
      );
    default:
      return <>{inline.text}</>;
  }
}
