import { EmfWriter } from './emf';
import type { Metrics } from './metrics';
import { serveMetrics } from './metrics-server';

export interface OwnNumbersSettings {
  HOST: string;
  /** Where this process alone shows its numbers; the instance number is added. */
  METRICS_PORT?: number;
  NODE_APP_INSTANCE?: number;
  /** CloudWatch's namespace of the numbers, if they are to be written for it. */
  EMF_NAMESPACE?: string;
}

/**
 * Shows the numbers of one process besides at its door: several instances answer on one port by turns, and a worker or a
 * function has no door. Rejects when the port cannot be had.
 */
export async function ownNumbers(settings: OwnNumbersSettings, metrics: Metrics): Promise<{ close(): Promise<void> }> {
  const { HOST, METRICS_PORT, NODE_APP_INSTANCE = 0, EMF_NAMESPACE } = settings;
  const server = METRICS_PORT ? await serveMetrics(metrics, { host: HOST, port: METRICS_PORT + NODE_APP_INSTANCE }) : undefined;
  const lines = EMF_NAMESPACE === undefined ? undefined : new EmfWriter(metrics, EMF_NAMESPACE);
  return {
    close: async () => {
      await lines?.close();
      await server?.close();
    },
  };
}
