//go:build !plugin

package main

import "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfgen"

// main writes the package's schema: go run . schema --skip-docs --skip-examples --out .
func main() {
	tfgen.Main("docker", version, providerInfo())
}
