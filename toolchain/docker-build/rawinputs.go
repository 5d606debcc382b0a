package main

import (
	"context"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

type rawInputsKey struct{}

// withRawInputs lets Create and Update of a resource ask whether something will only be known after the deployment,
// which Go types cannot hold.
func withRawInputs(provider p.Provider) p.Provider {
	create, update := provider.Create, provider.Update
	provider.Create = func(ctx context.Context, req p.CreateRequest) (p.CreateResponse, error) {
		return create(context.WithValue(ctx, rawInputsKey{}, property.New(req.Properties).HasComputed()), req)
	}
	provider.Update = func(ctx context.Context, req p.UpdateRequest) (p.UpdateResponse, error) {
		return update(context.WithValue(ctx, rawInputsKey{}, property.New(req.Inputs).HasComputed()), req)
	}
	return provider
}

func hasUnknown(ctx context.Context) bool {
	unknown, _ := ctx.Value(rawInputsKey{}).(bool)
	return unknown
}
