// The switch between one line for each event, and as many lines as it needs. The browser remembers it.

const storageName = 'anthracite_density';

/** Shows the switch. */
export function addDensitySwitch(root: HTMLElement): void {
  const button = document.querySelector<HTMLButtonElement>('#density');
  if (button === null) return;
  const show = (isWide: boolean): void => {
    root.classList.toggle('comfortable', isWide);
    button.textContent = isWide ? 'One line each' : 'Whole lines';
  };
  button.hidden = false;
  show(stored() === 'comfortable');
  button.addEventListener('click', () => {
    const isWide = !root.classList.contains('comfortable');
    show(isWide);
    try {
      localStorage.setItem(storageName, isWide ? 'comfortable' : 'compact');
    } catch {
      // Browsers can refuse storage; then the choice ends with the page.
    }
  });
}

function stored(): string | null {
  try {
    return localStorage.getItem(storageName);
  } catch {
    return null;
  }
}
