// A stand-in for the official `command` plugin of Pulumi, see README.md.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/pulumi/pulumi-go-provider/infer"

	"slipway/toolchain/command/local"
	"slipway/toolchain/command/remote"
)

// The version of the npm package whose resources this plugin serves.
const version = "1.2.1"

func main() {
	// Go package names are the modules of Pulumi's tokens: local.Command is command:local:Command.
	provider, err := infer.NewProviderBuilder().
		WithResources(
			infer.Resource(&local.Command{}),
			infer.Resource(&remote.Command{}),
			infer.Resource(&remote.CopyToRemote{}),
			infer.Resource(&remote.CopyFile{}),
		).
		WithFunctions(infer.Function(&local.Run{})).
		Build()
	if err == nil {
		err = provider.Run(context.Background(), "command", version)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-resource-command:", err)
		os.Exit(1)
	}
}
