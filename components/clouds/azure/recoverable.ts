/** How long what is deleted from a storage account can be brought back. */

/** Days where nothing is locked. */
export const recoverableDays = 30;

/** Azure keeps it for no longer: https://learn.microsoft.com/azure/storage/blobs/soft-delete-blob-overview */
export const mostRecoverableDays = 365;
