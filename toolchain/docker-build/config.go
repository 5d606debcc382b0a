package main

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// Config is the provider's configuration. Any change of it replaces the provider, and so every resource of it.
type Config struct {
	Host       string     `pulumi:"host,optional"`
	Registries []Registry `pulumi:"registries,optional"`
}

// Annotate sets the defaults.
func (c *Config) Annotate(a infer.Annotator) {
	a.Describe(&c.Host, "The build daemon's address.")
	a.SetDefault(&c.Host, "", "DOCKER_HOST")
}

// Registry is a login at a registry.
type Registry struct {
	Address  string `pulumi:"address"`
	Username string `pulumi:"username,optional"`
	Password string `pulumi:"password,optional" provider:"secret"`
}

// logins are the resource's own logins before the provider's: the first one for a registry counts.
func logins(ctx context.Context, own ...Registry) []Registry {
	return append(own[:len(own):len(own)], infer.GetConfig[Config](ctx).Registries...)
}
