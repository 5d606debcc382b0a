package main

import (
	"context"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// rawInputs is what Go types cannot hold of the inputs that Pulumi sent.
type rawInputs struct {
	unknown bool     // something will only be known after the deployment
	secrets []string // every text that is marked secret
}

type rawInputsKey struct{}

// withRawInputs lets Create and Update of a resource ask for its rawInputs.
func withRawInputs(provider p.Provider) p.Provider {
	create, update := provider.Create, provider.Update
	provider.Create = func(ctx context.Context, req p.CreateRequest) (p.CreateResponse, error) {
		return create(context.WithValue(ctx, rawInputsKey{}, readRaw(req.Properties)), req)
	}
	provider.Update = func(ctx context.Context, req p.UpdateRequest) (p.UpdateResponse, error) {
		return update(context.WithValue(ctx, rawInputsKey{}, readRaw(req.Inputs)), req)
	}
	return provider
}

func getRawInputs(ctx context.Context) rawInputs {
	raw, _ := ctx.Value(rawInputsKey{}).(rawInputs)
	return raw
}

func readRaw(inputs property.Map) rawInputs {
	return rawInputs{
		unknown: property.New(inputs).HasComputed(),
		secrets: secretTexts(property.New(inputs), false),
	}
}

// secretTexts are the texts in a value that is secret or has a secret part.
func secretTexts(value property.Value, inSecret bool) []string {
	inSecret = inSecret || value.Secret()
	var texts []string
	switch {
	case value.IsString() && inSecret && value.AsString() != "":
		texts = append(texts, value.AsString())
	case value.IsArray():
		for _, element := range value.AsArray().All {
			texts = append(texts, secretTexts(element, inSecret)...)
		}
	case value.IsMap():
		for _, element := range value.AsMap().All {
			texts = append(texts, secretTexts(element, inSecret)...)
		}
	}
	return texts
}
