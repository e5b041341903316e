import type { ContainerClient } from '@azure/storage-blob' with { 'resolution-mode': 'import' };
import type { Connection } from '../../connection';
import type { PresignRequest } from '../../objects';

export interface AzureConnection extends Connection {
  accountName: string;
  /** Base64. */
  accountKey: string;
  container: string;
  endpoint?: string;
  scoringUri?: string;
  scoringKey?: string;
}

/** The Blob SDK, opened for one connection. */
export interface AzureSdk {
  container: ContainerClient;
  /** Tries the blocks of a stream more than once; the call runner cannot repeat a stream. */
  blocks: ContainerClient;
  sign(request: PresignRequest, expiresOn: Date): Promise<string>;
}

/** Loads the SDK, only when the first user of Azure needs it. */
export async function openAzure(connection: AzureConnection): Promise<AzureSdk> {
  const { BlobSASPermissions, ContainerClient, StorageSharedKeyCredential } = await import('@azure/storage-blob');
  const { accountName, accountKey, container, endpoint = `https://${accountName}.blob.core.windows.net` } = connection;
  const credential = new StorageSharedKeyCredential(accountName, accountKey);
  const url = `${endpoint.replace(/\/+$/, '')}/${container}`;
  const client = new ContainerClient(url, credential, { retryOptions: { maxTries: 1 } });
  return {
    container: client,
    blocks: new ContainerClient(url, credential, { retryOptions: { maxTries: 3, retryDelayInMs: 200 } }),
    sign({ method, key }, expiresOn) {
      const permissions = BlobSASPermissions.parse(method === 'GET' ? 'r' : 'cw');
      return client.getBlobClient(key).generateSasUrl({ permissions, expiresOn });
    },
  };
}
