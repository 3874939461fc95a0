// A formatted description: the title, then the body.

import { bodyOf, titleOf } from '@anthracite/protocol/browser';
import { RichLine, RichText } from './rich-text';

/** Title and body of a description. */
export function DrawnDescription({ text }: { readonly text: string }) {
  return (
    <>
      <p class="title">
        <RichLine text={titleOf(text)} />
      </p>
      <RichText text={bodyOf(text)} />
    </>
  );
}
