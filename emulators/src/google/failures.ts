/** A refusal in Google's words; the server writes it as JSON, or as XML on a signed URL. */
export class GoogleFailure extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }

  asJson(): string {
    const { status, reason, message } = this;
    return JSON.stringify({ error: { code: status, message, errors: [{ message, domain: 'global', reason }] } });
  }

  asXml(): string {
    return `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${this.reason}</Code><Message>${this.message}</Message></Error>`;
  }
}

export const noSuchBucket = () => new GoogleFailure(404, 'notFound', 'The specified bucket does not exist.');
export const noSuchObject = (bucket: string, name: string) =>
  new GoogleFailure(404, 'notFound', `No such object: ${bucket}/${name}`);
export const conditionNotMet = () =>
  new GoogleFailure(412, 'conditionNotMet', 'At least one of the pre-conditions you specified did not hold.');
export const invalid = (message: string) => new GoogleFailure(400, 'invalid', message);
