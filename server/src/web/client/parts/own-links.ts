// Adds the path prefix of a proxy to links that are rendered in the browser. Every script that renders links must import this file,
// because the components shared with the server do not know the prefix.

import { options } from 'preact';
import { ownAddress } from './own-address';

// Preact calls this for each element before it renders it.
const before = options.vnode;
options.vnode = (node) => {
  const { href } = node.props as { readonly href?: unknown };
  if (typeof node.type === 'string' && typeof href === 'string' && /^\/(?!\/)/.test(href)) {
    Object.assign(node.props, { href: ownAddress(href) });
  }
  before?.(node);
};
