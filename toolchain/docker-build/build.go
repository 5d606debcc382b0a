package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
)

// build runs buildx and gives the exported image's digest, which is empty when nothing was exported. A preview pushes
// nothing; its caches are exported all the same.
func build(ctx context.Context, args ImageArgs, preview bool) (string, error) {
	outputs := args.outputs()
	if preview {
		for i, output := range outputs {
			if output.get("type") == "image" {
				outputs[i] = output.with("push", "false")
			}
		}
	}

	folder, err := os.MkdirTemp("", "docker-build-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder)
	metadata := filepath.Join(folder, "metadata.json")
	flags, env, err := buildFlags(args, outputs)
	if err != nil {
		return "", err
	}
	run := buildxRun{
		args:   append([]string{"build", "--progress=plain", "--metadata-file=" + metadata}, flags...),
		env:    env,
		logins: logins(ctx, args.Registries...),
		folder: folder,
	}
	if args.Dockerfile != nil {
		run.stdin = args.Dockerfile.Inline
	}
	if err := run.do(ctx); err != nil {
		return "", err
	}
	return readDigest(metadata)
}

// warn says what the official plugin says of every image, also in a preview that builds nothing.
func (a ImageArgs) warn(logger p.Logger) {
	if len(a.Exports) == 0 && !a.Push && !a.Load {
		logger.Warning("No exports were specified so the build will only remain in the local build cache. " +
			"Use `push` to upload the image to a registry, or silence this warning with a `cacheonly` export.")
	}
	if len(a.Platforms) > 1 && slices.ContainsFunc(a.CacheTo, CacheTo.active) {
		logger.Warning("Caching doesn't work reliably with multi-platform builds " +
			"(https://github.com/docker/buildx/discussions/1382). Instead, perform one cached build per platform and " +
			"create an Index to join them all together.")
	}
}

// outputs are the values of --output, with push and load as the exports they stand for.
func (a ImageArgs) outputs() []flagValue {
	exports := a.Exports
	if a.Push {
		exports = append(slices.Clone(exports), Export{Raw: "type=registry"})
	}
	if a.Load {
		exports = append(slices.Clone(exports), Export{Raw: "type=docker"})
	}
	var values []flagValue
	for _, export := range exports {
		if value, err := export.output(); err == nil && value != nil { // Check has told the errors
			values = append(values, value)
		}
	}
	return values
}

// buildFlags are the flags and the context of `buildx build`, and the environment with what must not be a flag.
// Attestations are off, as in the official plugin: they would make each build's digest a new one.
func buildFlags(args ImageArgs, outputs []flagValue) (flags, env []string, err error) {
	add := func(flag string, values ...string) {
		for _, value := range values {
			if value != "" {
				flags = append(flags, "--"+flag+"="+value)
			}
		}
	}
	addMap := func(flag string, values map[string]string) {
		for _, key := range slices.Sorted(maps.Keys(values)) {
			add(flag, key+"="+values[key])
		}
	}
	add("provenance", "false")
	if args.Builder != nil {
		add("builder", args.Builder.Name)
	}
	add("add-host", args.AddHosts...)
	addMap("build-arg", args.BuildArgs)
	addMap("label", args.Labels)
	add("tag", args.Tags...)
	add("target", args.Target)
	if args.Network != nil {
		add("network", string(*args.Network))
	}
	if args.NoCache {
		add("no-cache", "true")
	}
	if args.Pull {
		add("pull", "true")
	}
	for _, platform := range args.Platforms {
		add("platform", string(platform))
	}
	for _, output := range outputs {
		add("output", output.String())
	}
	for _, cache := range args.CacheFrom {
		value, _ := chosen(cache) // Check has told the error
		add("cache-from", value.String())
	}
	for _, cache := range args.CacheTo {
		value, _ := chosen(cache)
		add("cache-to", value.String())
	}
	for _, ssh := range args.SSH {
		value := ssh.ID
		if len(ssh.Paths) > 0 {
			value += "=" + strings.Join(ssh.Paths, ",")
		}
		add("ssh", value)
	}
	if env, err = cacheEnv(args); err != nil {
		return nil, nil, err
	}
	for i, name := range slices.Sorted(maps.Keys(args.Secrets)) {
		variable := fmt.Sprintf("DOCKER_BUILD_SECRET_%d", i)
		add("secret", fmt.Sprintf("id=%s,env=%s", name, variable))
		env = append(env, variable+"="+args.Secrets[name])
	}
	for _, name := range slices.Sorted(maps.Keys(args.Context.Named)) {
		add("build-context", name+"="+args.Context.Named[name].Location)
	}
	switch file := args.Dockerfile; {
	case file == nil:
	case file.Inline != "":
		add("file", "-")
	default:
		add("file", file.Location)
	}
	return append(flags, args.Context.Location), env, nil
}

func readDigest(metadata string) (string, error) {
	text, err := os.ReadFile(metadata)
	if err != nil {
		return "", fmt.Errorf("buildx wrote no metadata: %w", err)
	}
	var result struct {
		Digest string `json:"containerimage.digest"`
	}
	err = json.Unmarshal(text, &result)
	return result.Digest, err
}
