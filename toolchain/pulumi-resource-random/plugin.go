//go:build plugin

package main

import (
	"context"
	_ "embed"

	pf "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
)

// schema is written by the program without the tag "plugin" (schema.go), just before this one is built.
//
//go:embed schema.json
var schema []byte

func main() {
	pf.Main(context.Background(), "random", providerInfo(), pf.ProviderMetadata{PackageSchema: schema})
}
