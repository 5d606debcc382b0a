package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// registryPatience is how long one question to a registry may take.
const registryPatience = 30 * time.Second

// registryClient asks registries about manifests, with the resource's logins, then the provider's, then the user's.
type registryClient struct{ logins []Registry }

func newRegistryClient(ctx context.Context, own []Registry) registryClient {
	return registryClient{logins(ctx, own...)}
}

// Resolve finds the login for a registry.
func (c registryClient) Resolve(resource authn.Resource) (authn.Authenticator, error) {
	for _, login := range c.logins {
		if registryHost(login.Address) == resource.RegistryStr() {
			return &authn.Basic{Username: login.Username, Password: login.Password}, nil
		}
	}
	return authn.Anonymous, nil
}

// digest is the digest that a name stands for, empty when the registry does not have it. Any other answer, or none,
// is an error.
func (c registryClient) digest(ctx context.Context, ref string) (string, error) {
	parsed, err := name.ParseReference(ref)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, registryPatience)
	defer cancel()
	found, err := remote.Head(parsed, remote.WithContext(ctx), remote.WithAuthFromKeychain(c))
	if statusOf(err) == http.StatusNotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return found.Digest.String(), nil
}

// exists tells whether the registry has the manifest.
func (c registryClient) exists(ctx context.Context, ref string) (bool, error) {
	digest, err := c.digest(ctx, ref)
	return digest != "", err
}

// delete deletes a manifest; one that is gone already is no error.
func (c registryClient) delete(ctx context.Context, ref string) error {
	parsed, err := name.ParseReference(ref)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, registryPatience)
	defer cancel()
	err = remote.Delete(parsed, remote.WithContext(ctx), remote.WithAuthFromKeychain(c))
	if statusOf(err) == http.StatusNotFound {
		return nil
	}
	return err
}

// statusOf is the HTTP status that a registry answered with; 0 where the error is another.
func statusOf(err error) int {
	if answered := new(transport.Error); errors.As(err, &answered) {
		return answered.StatusCode
	}
	return 0
}
