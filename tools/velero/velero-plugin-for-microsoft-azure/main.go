// A stand-in for Velero's plugin for Azure, whose own module is not to be had from Go's module proxy. What it does with blobs
// is its own; how it comes by an identity, and talks to Azure, is Velero's: pkg/util/azure, as in the plugin itself.
package main

import (
	"context"
	"io"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/bloberror"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
	"github.com/cockroachdb/errors"
	"github.com/sirupsen/logrus"
	"github.com/spf13/pflag"
	"github.com/vmware-tanzu/velero/pkg/plugin/framework"
	"github.com/vmware-tanzu/velero/pkg/util/azure"
)

func main() {
	framework.NewServer().
		BindFlags(pflag.CommandLine).
		RegisterObjectStore("velero.io/azure", func(log logrus.FieldLogger) (any, error) {
			return &objectStore{log: log}, nil
		}).
		Serve()
}

// The keys of a location that the plugin takes; it refuses others:
// https://github.com/vmware-tanzu/velero-plugin-for-microsoft-azure/blob/main/backupstoragelocation.md
var configKeys = []string{
	azure.BSLConfigResourceGroup,
	azure.BSLConfigStorageAccount,
	azure.BSLConfigStorageAccountAccessKeyName,
	azure.BSLConfigSubscriptionID,
	azure.BSLConfigStorageAccountURI,
	azure.BSLConfigUseAAD,
	azure.BSLConfigActiveDirectoryAuthorityURI,
	"blockSizeInBytes",
	"credentialsFile",
}

// A container of a storage account.
type objectStore struct {
	log    logrus.FieldLogger
	client *azblob.Client
}

func (store *objectStore) Init(config map[string]string) error {
	if err := framework.ValidateObjectStoreConfigKeys(config, configKeys...); err != nil {
		return err
	}
	client, _, err := azure.NewStorageClient(store.log, config)
	store.client = client
	return err
}

func (store *objectStore) PutObject(bucket, key string, body io.Reader) error {
	_, err := store.client.UploadStream(context.Background(), bucket, key, body, nil)
	return errors.WithStack(err)
}

func (store *objectStore) ObjectExists(bucket, key string) (bool, error) {
	blob := store.client.ServiceClient().NewContainerClient(bucket).NewBlobClient(key)
	_, err := blob.GetProperties(context.Background(), nil)
	if bloberror.HasCode(err, bloberror.BlobNotFound, bloberror.ContainerNotFound) {
		return false, nil
	}
	return err == nil, errors.WithStack(err)
}

func (store *objectStore) GetObject(bucket, key string) (io.ReadCloser, error) {
	response, err := store.client.DownloadStream(context.Background(), bucket, key, nil)
	if err != nil {
		return nil, errors.WithStack(err)
	}
	return response.Body, nil
}

func (store *objectStore) ListCommonPrefixes(bucket, prefix, delimiter string) ([]string, error) {
	options := &container.ListBlobsHierarchyOptions{Prefix: &prefix}
	pages := store.client.ServiceClient().NewContainerClient(bucket).NewListBlobsHierarchyPager(delimiter, options)
	prefixes := []string{}
	for pages.More() {
		page, err := pages.NextPage(context.Background())
		if err != nil {
			return nil, errors.WithStack(err)
		}
		for _, found := range page.Segment.BlobPrefixes {
			prefixes = append(prefixes, *found.Name)
		}
	}
	return prefixes, nil
}

func (store *objectStore) ListObjects(bucket, prefix string) ([]string, error) {
	pages := store.client.NewListBlobsFlatPager(bucket, &azblob.ListBlobsFlatOptions{Prefix: &prefix})
	keys := []string{}
	for pages.More() {
		page, err := pages.NextPage(context.Background())
		if err != nil {
			return nil, errors.WithStack(err)
		}
		for _, found := range page.Segment.BlobItems {
			keys = append(keys, *found.Name)
		}
	}
	return keys, nil
}

func (store *objectStore) DeleteObject(bucket, key string) error {
	_, err := store.client.DeleteBlob(context.Background(), bucket, key, nil)
	return errors.WithStack(err)
}

// What `velero backup logs` and `velero backup download` ask for.
func (store *objectStore) CreateSignedURL(_, _ string, _ time.Duration) (string, error) {
	return "", errors.New("addresses of blobs are not signed in a rehearsal")
}
