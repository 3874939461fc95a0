// Makes the form of an event quicker: now, a preview as one types, the names of incidents' marks, no sending twice.

import { render } from 'preact';
import { DrawnDescription } from '../drawn-description';
import { localClock, localDay } from '../instant';
import { addIncidentHelper } from './event-form/incident-naming';

const form = document.querySelector<HTMLFormElement>('#event-form');

if (form !== null) {
  addNowButton(form);
  addPreview(form);
  addIncidentHelper(form);
  form.addEventListener('submit', ({ submitter }) => {
    // Once the form is on its way: a button that is disabled earlier is not sent.
    setTimeout(() => submitter?.setAttribute('disabled', ''));
  });
  form.addEventListener('keydown', ({ key, ctrlKey, metaKey }) => {
    if (key === 'Enter' && (ctrlKey || metaKey)) form.requestSubmit(form.querySelector('button.main'));
  });
  addEventListener('pageshow', () => {
    for (const button of form.querySelectorAll('button[disabled]')) button.removeAttribute('disabled');
  });
}

function addNowButton(form: HTMLFormElement): void {
  const time = form.querySelector<HTMLInputElement>('input[type="datetime-local"]');
  const zone = form.querySelector<HTMLInputElement>('input[name="zone"]')?.value ?? 'UTC';
  if (time === null) return;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button now';
  button.textContent = 'Now';
  button.addEventListener('click', () => {
    const now = Date.now();
    time.value = `${localDay(now, zone)}T${localClock(now, zone).slice(0, 8)}`;
  });
  time.after(button);
}

function addPreview(form: HTMLFormElement): void {
  const text = form.querySelector('textarea');
  const preview = document.querySelector<HTMLElement>('#preview');
  if (text === null || preview === null) return;
  document.querySelector('#preview-button')?.remove();
  // Drawn from the begin by us: what the server drew is not taken over.
  preview.replaceChildren();
  const draw = (): void => {
    preview.hidden = text.value.trim() === '';
    render(<DrawnDescription text={text.value} />, preview);
  };
  text.addEventListener('input', draw);
  draw();
}
