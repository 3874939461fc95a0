// Stands in for the component that fetches icons: there is no server of icons here.

import React from 'react';

export default function InlineSvg({ src }: { readonly src: string }) {
  return <svg data-file={src} />;
}

export const cacheStore = {};
