/** The hosts of SNS, with their region. */
const SNS_HOST = /^sns\.([a-zA-Z0-9-]{3,})\.amazonaws\.com(?:\.cn)?$/;

const CERTIFICATE_PATH = /^\/SimpleNotificationService-[0-9a-zA-Z]+\.pem$/;

/** Where messages of a topic come from; `endpoint` is the address of an emulator in place of Amazon's. */
interface SnsOrigin {
  topicArn: string;
  endpoint?: string | undefined;
}

/** The parsed URL, if it is one of SNS in the region of the topic; undefined otherwise. Nothing is called. */
export function snsUrl(text: string, { topicArn, endpoint }: SnsOrigin): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (endpoint !== undefined && url.origin === new URL(endpoint).origin) return url;
  const [, , , topicRegion] = topicArn.split(':');
  const host = SNS_HOST.exec(url.hostname);
  const isOfSns = host !== null && host[1] === topicRegion;
  const isPlain = url.protocol === 'https:' && !url.username && !url.password && !url.port && !url.hash;
  return isOfSns && isPlain ? url : undefined;
}

/** Whether a signing certificate may be fetched from there. */
export function isCertificateUrl(text: string, origin: SnsOrigin): boolean {
  const url = snsUrl(text, origin);
  return url !== undefined && url.search === '' && CERTIFICATE_PATH.test(url.pathname);
}
