// Command pulumi-resource-docker-build stands in for Pulumi's docker-build plugin; README.md says where and why.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// version is the official plugin's version that this one follows.
const version = "0.0.22"

func main() {
	provider, err := infer.NewProviderBuilder().
		WithDescription("A stand-in for Pulumi's docker-build plugin: builds and pushes images with buildx.").
		WithResources(infer.Resource(Image{}), infer.Resource(Index{})).
		WithConfig(infer.Config(&Config{})).
		Build()
	if err == nil {
		err = withRawInputs(provider).Run(context.Background(), "docker-build", version)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
