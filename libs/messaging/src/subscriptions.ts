import type { SNSClient } from '@aws-sdk/client-sns';

/** Confirms subscriptions of topics to our endpoints, by the API: no URL of a message is called. The SDK is loaded with the first. */
export class SnsSubscriptions {
  private sns?: SNSClient;

  constructor(private readonly options: { region: string; endpoint?: string | undefined }) {}

  /** Unsubscribing needs our credentials from then on. */
  async confirm({ topicArn, token }: { topicArn: string; token: string }): Promise<void> {
    const { ConfirmSubscriptionCommand, SNSClient } = await import('@aws-sdk/client-sns');
    const { region, endpoint } = this.options;
    this.sns ??= new SNSClient({ region, ...(endpoint !== undefined && { endpoint }) });
    await this.sns.send(new ConfirmSubscriptionCommand({ TopicArn: topicArn, Token: token, AuthenticateOnUnsubscribe: 'true' }));
  }

  close(): void {
    this.sns?.destroy();
  }
}
