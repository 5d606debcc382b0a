package main

import (
	"errors"
	"os"
	"slices"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// CacheFrom is one place that a build may take layers from.
type CacheFrom struct {
	Azblob   *CacheFromAzureBlob     `pulumi:"azblob,optional"`
	Disabled bool                    `pulumi:"disabled,optional"`
	Gha      *CacheFromGitHubActions `pulumi:"gha,optional"`
	Local    *CacheFromLocal         `pulumi:"local,optional"`
	Raw      string                  `pulumi:"raw,optional"`
	Registry *CacheFromRegistry      `pulumi:"registry,optional"`
	S3       *CacheFromS3            `pulumi:"s3,optional"`
}

// CacheTo is one place that a build leaves its layers at.
type CacheTo struct {
	Azblob   *CacheToAzureBlob     `pulumi:"azblob,optional"`
	Disabled bool                  `pulumi:"disabled,optional"`
	Gha      *CacheToGitHubActions `pulumi:"gha,optional"`
	Inline   *CacheToInline        `pulumi:"inline,optional"`
	Local    *CacheToLocal         `pulumi:"local,optional"`
	Raw      string                `pulumi:"raw,optional"`
	Registry *CacheToRegistry      `pulumi:"registry,optional"`
	S3       *CacheToS3            `pulumi:"s3,optional"`
}

// active tells whether buildx would write it: outside of GitHub Actions it passes over a cache there.
func (c CacheTo) active() bool {
	value, err := chosen(c)
	if err != nil || value == nil {
		return false
	}
	address := os.Getenv("ACTIONS_CACHE_URL") + os.Getenv("ACTIONS_RESULTS_URL")
	return value.get("type") != "gha" || os.Getenv("ACTIONS_RUNTIME_TOKEN") != "" && address != ""
}

// CacheFromAzureBlob reads a cache from Azure's blob storage.
type CacheFromAzureBlob struct{ AzureBlob }

// CacheToAzureBlob writes a cache to Azure's blob storage.
type CacheToAzureBlob struct {
	AzureBlob
	CacheExport
}

// AzureBlob is a place in Azure's blob storage. BuildKit takes its key only from the flag, where every user of the
// machine could read it; that is why the key has none and is refused.
type AzureBlob struct {
	AccountURL      string `pulumi:"accountUrl,optional" flag:"account_url"`
	Name            string `pulumi:"name" flag:"name"`
	SecretAccessKey string `pulumi:"secretAccessKey,optional" provider:"secret"`
}

// CacheFromGitHubActions reads a cache of GitHub Actions.
type CacheFromGitHubActions struct{ GitHubActions }

// CacheToGitHubActions writes a cache of GitHub Actions.
type CacheToGitHubActions struct {
	GitHubActions
	CacheExport
}

// GitHubActions is a cache of GitHub Actions; buildx finds its address and token in the environment.
type GitHubActions struct {
	Scope string `pulumi:"scope,optional" flag:"scope"`
}

// Annotate sets the defaults.
func (g *GitHubActions) Annotate(a infer.Annotator) { a.SetDefault(&g.Scope, "buildkit") }

// CacheFromLocal reads a cache from a folder.
type CacheFromLocal struct {
	Digest string `pulumi:"digest,optional" flag:"digest"`
	Src    string `pulumi:"src" flag:"src"`
}

// CacheToLocal writes a cache to a folder.
type CacheToLocal struct {
	Dest string `pulumi:"dest" flag:"dest"`
	CacheExport
	Compressed
}

// CacheFromRegistry reads a cache from a registry.
type CacheFromRegistry struct {
	Ref string `pulumi:"ref" flag:"ref"`
}

// CacheToRegistry writes a cache to a registry.
type CacheToRegistry struct {
	Ref           string `pulumi:"ref" flag:"ref"`
	ImageManifest *bool  `pulumi:"imageManifest,optional" flag:"image-manifest"`
	OciMediaTypes *bool  `pulumi:"ociMediaTypes,optional" flag:"oci-mediatypes"`
	CacheExport
	Compressed
}

// Annotate sets the defaults.
func (c *CacheToRegistry) Annotate(a infer.Annotator) {
	a.SetDefault(&c.ImageManifest, false)
	a.SetDefault(&c.OciMediaTypes, true)
}

// CacheToInline writes the cache into the image.
type CacheToInline struct{}

// CacheFromS3 reads a cache from S3.
type CacheFromS3 struct{ S3 }

// CacheToS3 writes a cache to S3.
type CacheToS3 struct {
	S3
	CacheExport
}

// S3 is a place in S3. Its credentials reach buildx through the environment, not the flag.
type S3 struct {
	AccessKeyID     string `pulumi:"accessKeyId,optional"`
	BlobsPrefix     string `pulumi:"blobsPrefix,optional" flag:"blobs_prefix"`
	Bucket          string `pulumi:"bucket" flag:"bucket"`
	EndpointURL     string `pulumi:"endpointUrl,optional" flag:"endpoint_url"`
	ManifestsPrefix string `pulumi:"manifestsPrefix,optional" flag:"manifests_prefix"`
	Name            string `pulumi:"name,optional" flag:"name"`
	Region          string `pulumi:"region" flag:"region"`
	SecretAccessKey string `pulumi:"secretAccessKey,optional" provider:"secret"`
	SessionToken    string `pulumi:"sessionToken,optional" provider:"secret"`
	UsePathStyle    *bool  `pulumi:"usePathStyle,optional" flag:"use_path_style"`
}

// Annotate sets the defaults.
func (s *S3) Annotate(a infer.Annotator) {
	a.SetDefault(&s.AccessKeyID, "", "AWS_ACCESS_KEY_ID")
	a.SetDefault(&s.Region, "", "AWS_REGION")
	a.SetDefault(&s.SecretAccessKey, "", "AWS_SECRET_ACCESS_KEY")
	a.SetDefault(&s.SessionToken, "", "AWS_SESSION_TOKEN")
}

// CacheExport is what every cache that is written to has.
type CacheExport struct {
	IgnoreError *bool      `pulumi:"ignoreError,optional" flag:"ignore-error"`
	Mode        *CacheMode `pulumi:"mode,optional" flag:"mode"`
}

// Annotate sets the defaults.
func (c *CacheExport) Annotate(a infer.Annotator) {
	a.SetDefault(&c.IgnoreError, false)
	a.SetDefault(&c.Mode, "min")
}

// env is the environment that gives buildx the credentials.
func (s S3) env() []string {
	var env []string
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID":     s.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY": s.SecretAccessKey,
		"AWS_SESSION_TOKEN":     s.SessionToken,
	} {
		if value != "" {
			env = append(env, name+"="+value)
		}
	}
	slices.Sort(env)
	return env
}

// cacheEnv is the environment that the caches need. There is only one, so differing credentials are an error.
func cacheEnv(args ImageArgs) ([]string, error) {
	var caches []S3
	for _, cache := range args.CacheFrom {
		if cache.S3 != nil && !cache.Disabled {
			caches = append(caches, cache.S3.S3)
		}
	}
	for _, cache := range args.CacheTo {
		if cache.S3 != nil && !cache.Disabled {
			caches = append(caches, cache.S3.S3)
		}
	}
	if len(caches) == 0 {
		return nil, nil
	}
	env := caches[0].env()
	for _, cache := range caches[1:] {
		if !slices.Equal(cache.env(), env) {
			return nil, errors.New("S3 caches with different credentials; " +
				"this stand-in can only give all of them the same ones")
		}
	}
	return env, nil
}
