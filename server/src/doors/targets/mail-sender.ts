// Sends mail to a mail server over SMTP.

import type { Mail } from '../../targets/mail';
import type { Target } from '../../targets/target';
import type { AllowedAddresses } from './allowed-addresses';

const [smtpPort, smtpsPort] = [587, 465];

/** Sends one mail. Rejects with an error that has the mail server's `responseCode` if it refused the mail. */
export async function sendMail(
  { url, from, to, secrets }: Target,
  { subject, text, messageId, time }: Mail,
  { addresses, timeoutMs }: { readonly addresses: AllowedAddresses; readonly timeoutMs: number },
): Promise<void> {
  const name = url.hostname.replace(/^\[|\]$/g, '');
  addresses.checkLiteral(name);
  const [found] = await addresses.addressesOf(name);
  // Only servers with a target of this shape load the library.
  const { createTransport } = require('nodemailer') as typeof import('nodemailer');
  const isSecure = url.protocol === 'smtps:';
  const user = decodeURIComponent(url.username);
  const transport = createTransport({
    // The address that was checked; the certificate must have the name.
    host: found?.address ?? name,
    tls: { servername: name },
    port: url.port === '' ? (isSecure ? smtpsPort : smtpPort) : Number(url.port),
    secure: isSecure,
    // A password is never sent without TLS.
    requireTLS: user !== '',
    ...(user !== '' && { auth: { user, pass: secrets[0] ?? '' } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({
      ...{ from, to: [...to], subject, text, messageId },
      date: new Date(time),
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
  } finally {
    transport.close();
  }
}
