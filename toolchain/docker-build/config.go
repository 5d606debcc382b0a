package main

import (
	"context"
	"fmt"

	"github.com/docker/cli/cli/config/types"
	"github.com/pulumi/pulumi-go-provider/infer"
)

// Config is the provider's configuration. Any change of it replaces the provider, and so every resource of it.
type Config struct {
	Host       string     `pulumi:"host,optional"`
	Registries []Registry `pulumi:"registries,optional"`

	stored map[string]types.AuthConfig // the user's logins, by registry
}

// Annotate sets the defaults.
func (c *Config) Annotate(a infer.Annotator) {
	a.Describe(&c.Host, "The build daemon's address.")
	a.SetDefault(&c.Host, "", "DOCKER_HOST")
}

// Configure reads the user's logins, all at once, as the official plugin does: a credential store that fails takes
// everything with it, previews included.
func (c *Config) Configure(context.Context) error {
	docker, err := dockerCLI(c.Host)
	if err == nil {
		c.stored, err = docker.ConfigFile().GetAllCredentials()
	}
	if err != nil {
		return fmt.Errorf("getting host: %w", err)
	}
	return nil
}

// Registry is a login at a registry.
type Registry struct {
	Address  string `pulumi:"address"`
	Username string `pulumi:"username,optional"`
	Password string `pulumi:"password,optional" provider:"secret"`
}

// logins are the resource's own logins, then the provider's, then the user's: the first one for a registry counts.
func logins(ctx context.Context, own ...Registry) []Registry {
	config := infer.GetConfig[Config](ctx)
	all := append(own[:len(own):len(own)], config.Registries...)
	for address, login := range config.stored {
		all = append(all, Registry{Address: address, Username: login.Username, Password: login.Password})
	}
	return all
}
