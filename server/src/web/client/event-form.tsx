// Adds to the form of an event: a button for now, a live preview, the helper for incidents, and protection from double submission.

import './parts/own-links';
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
    // After the form is submitted: the value of a button that is disabled earlier is not sent.
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
  // Replaces the preview that the server rendered.
  preview.replaceChildren();
  const draw = (): void => {
    preview.hidden = text.value.trim() === '';
    render(<DrawnDescription text={text.value} />, preview);
  };
  text.addEventListener('input', draw);
  draw();
}
