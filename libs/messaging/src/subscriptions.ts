import { ConfirmSubscriptionCommand, SNSClient } from '@aws-sdk/client-sns';

/** Confirms subscriptions of topics to our endpoints, by the API: no URL of a message is called. */
export class SnsSubscriptions {
  private readonly sns: SNSClient;

  constructor(options: { region: string; endpoint?: string | undefined }) {
    this.sns = new SNSClient({ region: options.region, ...(options.endpoint !== undefined && { endpoint: options.endpoint }) });
  }

  /** Unsubscribing needs our credentials from then on. */
  async confirm({ topicArn, token }: { topicArn: string; token: string }): Promise<void> {
    await this.sns.send(new ConfirmSubscriptionCommand({ TopicArn: topicArn, Token: token, AuthenticateOnUnsubscribe: 'true' }));
  }

  close(): void {
    this.sns.destroy();
  }
}
