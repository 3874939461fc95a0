// The few icons that Grafana's components request from its server, redrawn because its packages do not contain them.

const strokes: Readonly<Record<string, string>> = {
  'angle-down': 'M7 10l5 5 5-5',
  'angle-up': 'M7 14l5-5 5 5',
  'angle-right': 'M10 7l5 5-5 5',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  'check-circle': 'M12 3a9 9 0 100 18 9 9 0 000-18M8 12.5l3 3 5-6',
  'exclamation-circle': 'M12 3a9 9 0 100 18 9 9 0 000-18M12 8v5M12 16v.5',
  'exclamation-triangle': 'M12 4L3 20h18zM12 10v5M12 17v.5',
  'info-circle': 'M12 3a9 9 0 100 18 9 9 0 000-18M12 11v5M12 8v.5',
  'minus-circle': 'M12 3a9 9 0 100 18 9 9 0 000-18M8 12h8',
  plus: 'M12 5v14M5 12h14',
  search: 'M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13M15.5 15.5L20 20',
  times: 'M6 6l12 12M18 6L6 18',
  'trash-alt': 'M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13M10 11v6M14 11v6',
};

/** An icon as SVG, by the path that Grafana's page requests; null for an icon that is not included. */
export function iconAt(path: string): string | null {
  const [, name = ''] = /\/img\/icons\/[a-z]+\/([a-z-]+)\.svg$/.exec(path) ?? [];
  const drawn = strokes[name];
  if (drawn === undefined) return null;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="${drawn}" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
}
