import type { ContainerClient } from '@azure/storage-blob' with { 'resolution-mode': 'import' };
import { type Infer, record } from '@polycloud/contracts';
import { address, common, name, secret } from '../../connection-fields';
import type { PresignRequest } from '../../objects';

export const azureConnection = record(
  {
    accountName: name(/^[a-z0-9]{3,24}$/, 'Storage account'),
    accountKey: secret('Key of the storage account').base64(),
    container: name(/^[a-z0-9](?:-?[a-z0-9]){2,62}$/, 'Blob container of the data'),
  },
  {
    ...common,
    scoringUri: address('Scoring address of the Azure Machine Learning endpoint'),
    scoringKey: secret('Key or token of that endpoint; a batch endpoint takes a Microsoft Entra token only'),
  },
)
  .and('scoringUri', 'scoringKey')
  .description('Azure Blob Storage and Azure Machine Learning');
export type AzureConnection = Infer<typeof azureConnection>;

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
