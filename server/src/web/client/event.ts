// On the page of an event: copies its line, and lets the keyboard reach what can be done.

const button = document.querySelector<HTMLButtonElement>('#copy-line');
const line = document.querySelector('#line')?.textContent ?? '';

if (button !== null && 'clipboard' in navigator) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(line);
    button.textContent = 'Copied';
  });
}
