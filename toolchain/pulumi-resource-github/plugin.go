//go:build plugin

package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
)

// schema is written by the program without the tag "plugin" (schema.go), just before this one is built.
//
//go:embed schema.json
var schema []byte

func main() {
	tfbridge.Main("github", version, providerInfo(), schema)
}
