// Searches a document for content that only a stranger could have added. Runs in the browser, as one function.

/**
 * Descriptions of foreign content in a page: scripts that are not assets, handlers, styles and frames, and links that
 * lead to anything but pages and mail.
 */
export function findIntruders(root: Document): string[] {
  const found: string[] = [];
  const own = location.origin;
  const foreign =
    'iframe,frame,frameset,object,embed,applet,portal,fencedframe,template,noembed,marquee,isindex';
  const links = [
    'href',
    'src',
    'action',
    'formaction',
    'poster',
    'background',
    'data',
    'ping',
    'srcset',
    'xlink:href',
  ];
  // An asset, or data for the page's script: never a page, and nothing that browsers run.
  const isOwnLink = (link: Element): boolean => {
    const address = link.getAttribute('href') ?? '';
    const isData = link.getAttribute('rel') === 'preload' && link.getAttribute('as') === 'fetch';
    return isData ? /^\/events\/counts\?[\w.~%&=*!+-]*$/.test(address) : /^\/assets\/[\w.-]+$/.test(address);
  };
  for (const element of root.querySelectorAll('*')) {
    const name = element.localName;
    const tell = (what: string): void => {
      found.push(`${what}: ${element.outerHTML.slice(0, 200)}`);
    };
    if (element.matches(foreign)) tell('an element');
    if (name === 'script' && !/^\/assets\/[\w.-]+$/.test(element.getAttribute('src') ?? '')) tell('a script');
    if (name === 'script' && element.textContent !== '') tell('an inline script');
    if (name === 'link' && !isOwnLink(element)) tell('a link');
    // The server's own one is in the head and leads to the root.
    const isOwnBase =
      element.matches('head > base[href="/"], base[target]') && element.getAttributeNames().length === 1;
    if (name === 'base' && !isOwnBase) tell('a base');
    if (name === 'style') tell('a style sheet');
    for (const attribute of element.getAttributeNames()) {
      const value = element.getAttribute(attribute) ?? '';
      if (attribute.startsWith('on') || attribute === 'srcdoc') tell(`the attribute ${attribute}`);
      if (!links.includes(attribute)) continue;
      if (!URL.canParse(value, `${own}/`)) {
        tell(`no address in ${attribute}`);
        continue;
      }
      const { protocol, origin } = new URL(value, `${own}/`);
      const isOwn = origin === own;
      const mayLead = name === 'a' && ['http:', 'https:', 'mailto:'].includes(protocol);
      if (!isOwn && !(mayLead && attribute === 'href')) tell(`the address in ${attribute}`);
      if (!isOwn && protocol !== 'mailto:' && !/\bnoopener\b/.test(element.getAttribute('rel') ?? '')) {
        tell('a link without noopener');
      }
    }
  }
  return found;
}
