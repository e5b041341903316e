const TIMEOUT_MS = 3_000;
const MAX_BYTES = 16_384;

/**
 * The PEM text at a URL. Rejects on any status but 200 (redirects are not followed), over 16 KiB and after 3 s. What it
 * needs of undici is loaded with the first one: only a door for pushed events asks for certificates.
 */
export async function downloadCertificate(url: string): Promise<string> {
  const { request } = await import('undici');
  const { statusCode, body } = await request(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  try {
    if (statusCode !== 200) throw new Error(`The certificate was answered with ${statusCode}`);
    let pem = '';
    for await (const chunk of body.setEncoding('latin1')) {
      pem += chunk as string;
      if (pem.length > MAX_BYTES) throw new Error(`The certificate is larger than ${MAX_BYTES} bytes`);
    }
    return pem;
  } finally {
    body.destroy();
  }
}
