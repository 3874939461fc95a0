// Copies the share link. Where the browser has no clipboard, such as on plain HTTP, the link opens the address to copy.

const shownMs = 2_000;

/** Makes the share link copy its address. */
export function addShareLink(): void {
  const link = document.querySelector<HTMLAnchorElement>('#share');
  if (link === null || !('clipboard' in navigator)) return;
  const name = link.textContent;
  link.role = 'button';
  link.ariaLive = 'polite';
  link.addEventListener('click', async (event) => {
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(link.href);
    } catch {
      location.assign(link.href);
      return;
    }
    link.textContent = 'Link copied';
    setTimeout(() => {
      link.textContent = name;
    }, shownMs);
  });
}
