/** The hosts of SNS; the first group is the region. */
export const SNS_HOST = /^sns\.([a-zA-Z0-9-]{3,})\.amazonaws\.com(?:\.cn)?$/;

const CERTIFICATE_PATH = /^\/SimpleNotificationService-[0-9a-zA-Z]+\.pem$/;

interface SnsOrigin {
  hostPattern: RegExp;
  topicArn: string;
}

/** The parsed URL, if it is one of SNS in the region of the topic; undefined otherwise. Nothing is called. */
export function snsUrl(text: string, { hostPattern, topicArn }: SnsOrigin): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const host = hostPattern.exec(url.hostname);
  const [, , , topicRegion] = topicArn.split(':');
  const isOfSns = host !== null && (host[1] === undefined || host[1] === topicRegion);
  const isPlain = url.protocol === 'https:' && !url.username && !url.password && !url.port && !url.hash;
  return isOfSns && isPlain ? url : undefined;
}

/** Whether a signing certificate may be fetched from there. */
export function isCertificateUrl(text: string, origin: SnsOrigin): boolean {
  const url = snsUrl(text, origin);
  return url !== undefined && url.search === '' && CERTIFICATE_PATH.test(url.pathname);
}
