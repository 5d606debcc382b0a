// Command pulumi-resource-random is Pulumi's random plugin, built from public modules for machines that cannot
// download the official one: the same Terraform provider behind the same bridge, with the same names.
package main

import (
	"context"
	"errors"

	pf "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/terraform-providers/terraform-provider-random/internal/provider"
)

// version is that of the npm package @pulumi/random this plugin answers for.
const version = "4.21.2"

// providerInfo maps Terraform's names to those of @pulumi/random: random_password is
// random:index/randomPassword:RandomPassword, and so on.
func providerInfo() tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		P:           pf.ShimProvider(provider.New()),
		Name:        "random",
		Version:     version,
		Description: "A Pulumi package to safely use randomness in Pulumi programs.",
		License:     "Apache-2.0",
		Homepage:    "https://pulumi.io",
		Repository:  "https://github.com/pulumi/pulumi-random",
		// Names kept for older releases: none, this plugin has no older release.
		MetadataInfo: tfbridge.NewProviderMetadata([]byte("{}")),
		Resources: map[string]*tfbridge.ResourceInfo{
			"random_bytes": {ComputeID: bytesID},
		},
	}
	info.MustComputeTokens(tokens.SingleModule("random_", "index", func(module, name string) (string, error) {
		return tokens.MakeStandard("random")(module, "Random"+name)
	}))
	return info
}

// bytesID gives a RandomBytes its id, which Terraform's resource has none of: the value in base64, as officially.
func bytesID(_ context.Context, state resource.PropertyMap) (resource.ID, error) {
	value := state["base64"]
	if value.IsSecret() {
		value = value.SecretValue().Element
	}
	if !value.IsString() {
		return "", errors.New("random_bytes: base64 is missing from the state; expected a string")
	}
	return resource.ID(value.StringValue()), nil
}
