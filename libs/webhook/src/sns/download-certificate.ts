const TIMEOUT_MS = 3_000;
const MAX_BYTES = 16_384;

/** The PEM text at a URL. Rejects on any status but 200 (redirects are not followed), over 16 KiB and after 3 s. */
export async function downloadCertificate(url: string): Promise<string> {
  const { status, body } = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (status !== 200) {
    await body?.cancel();
    throw new Error(`The certificate was answered with ${status}`);
  }
  let pem = '';
  for await (const chunk of body ?? []) {
    pem += Buffer.from(chunk).toString('latin1');
    if (pem.length > MAX_BYTES) throw new Error(`The certificate is larger than ${MAX_BYTES} bytes`);
  }
  return pem;
}
