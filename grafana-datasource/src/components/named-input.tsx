// Sets the id of the input inside a list, so that its label is connected to it in all versions of Grafana.

import React, { type ReactNode, useLayoutEffect, useRef } from 'react';

interface NamedInputProps {
  readonly id: string;
  readonly children: ReactNode;
}

export function NamedInput({ id, children }: NamedInputProps) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    // In 11.6 the list of several values does not pass on its id; in later versions this changes nothing.
    const input = place.current?.querySelector('input');
    if (input) input.id = id;
  }, [id]);
  return <div ref={place}>{children}</div>;
}
