package main

import "github.com/pulumi/pulumi-go-provider/infer"

// CacheMode says which layers a cache export holds.
type CacheMode string

// Values lists the modes.
func (CacheMode) Values() []infer.EnumValue[CacheMode] {
	return []infer.EnumValue[CacheMode]{
		{Name: "Min", Value: "min", Description: "Only layers that are exported into the resulting image are cached."},
		{Name: "Max", Value: "max", Description: "All layers are cached, even those of intermediate steps."},
	}
}

// CompressionType is how layers are compressed.
type CompressionType string

// Values lists the types.
func (CompressionType) Values() []infer.EnumValue[CompressionType] {
	return []infer.EnumValue[CompressionType]{
		{Name: "Gzip", Value: "gzip", Description: "Use `gzip` for compression."},
		{Name: "Estargz", Value: "estargz", Description: "Use `estargz` for compression."},
		{Name: "Zstd", Value: "zstd", Description: "Use `zstd` for compression."},
	}
}

// NetworkMode is the network of RUN instructions.
type NetworkMode string

// Values lists the modes.
func (NetworkMode) Values() []infer.EnumValue[NetworkMode] {
	return []infer.EnumValue[NetworkMode]{
		{Name: "Default", Value: "default", Description: "The default sandbox network mode."},
		{Name: "Host", Value: "host", Description: "Host network mode."},
		{Name: "None", Value: "none", Description: "Disable network access."},
	}
}

// Platform is an operating system and an architecture, like linux/amd64.
type Platform string

// Values lists the platforms.
func (Platform) Values() []infer.EnumValue[Platform] {
	platforms := []Platform{
		"darwin/386", "darwin/amd64", "darwin/arm", "darwin/arm64", "dragonfly/amd64",
		"freebsd/386", "freebsd/amd64", "freebsd/arm", "linux/386", "linux/amd64", "linux/arm", "linux/arm64",
		"linux/mips64", "linux/mips64le", "linux/ppc64le", "linux/riscv64", "linux/s390x",
		"netbsd/386", "netbsd/amd64", "netbsd/arm", "openbsd/386", "openbsd/amd64", "openbsd/arm",
		"plan9/386", "plan9/amd64", "solaris/amd64", "windows/386", "windows/amd64",
	}
	values := make([]infer.EnumValue[Platform], len(platforms))
	for i, platform := range platforms {
		values[i] = infer.EnumValue[Platform]{Name: string(platform), Value: platform}
	}
	return values
}
