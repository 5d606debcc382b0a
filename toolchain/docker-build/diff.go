package main

import (
	"context"
	"fmt"
	"maps"
	"reflect"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
)

// Diff makes every difference an update in place, which builds again. Passwords do not count, nor does exec, which
// changes nothing of the image.
func (Image) Diff(_ context.Context, req infer.DiffRequest[ImageArgs, ImageState]) (p.DiffResponse, error) {
	olds, news := req.State.ImageArgs, req.Inputs
	changed := map[string]p.PropertyDiff{}
	compare := func(name string, old, new any) {
		if !reflect.DeepEqual(old, new) {
			changed[name] = p.PropertyDiff{Kind: p.Update}
		}
	}
	compare("addHosts", olds.AddHosts, news.AddHosts)
	compare("buildArgs", olds.BuildArgs, news.BuildArgs)
	compare("buildOnPreview", olds.BuildOnPreview, news.BuildOnPreview)
	compare("builder", olds.Builder, news.Builder)
	compare("cacheFrom", olds.CacheFrom, news.CacheFrom)
	compare("cacheTo", olds.CacheTo, news.CacheTo)
	compare("context", olds.Context, news.Context)
	compare("dockerfile", olds.Dockerfile, news.Dockerfile)
	compare("exports", olds.Exports, news.Exports)
	compare("labels", olds.Labels, news.Labels)
	compare("load", olds.Load, news.Load)
	compare("network", olds.Network, news.Network)
	compare("noCache", olds.NoCache, news.NoCache)
	compare("platforms", olds.Platforms, news.Platforms)
	compare("pull", olds.Pull, news.Pull)
	compare("push", olds.Push, news.Push)
	compare("registries", accounts(olds.Registries), accounts(news.Registries))
	oldSecrets, newSecrets := comparedSecrets(olds, news)
	compare("secrets", oldSecrets, newSecrets)
	compare("ssh", olds.SSH, news.SSH)
	compare("tags", olds.Tags, news.Tags)
	compare("target", olds.Target, news.Target)

	for i, export := range news.Exports {
		compare(fmt.Sprintf("exports[%d]", i), false, export.missing())
	}
	hash, err := contextHash(news)
	if err != nil {
		return p.DiffResponse{}, err
	}
	compare("contextHash", req.State.ContextHash, hash)
	if news.Pull && len(news.outputs()) > 0 {
		changed["contextHash"] = p.PropertyDiff{Kind: p.Update} // only a build tells whether the bases moved
	}
	return p.DiffResponse{HasChanges: len(changed) > 0, DetailedDiff: changed}, nil
}

// accounts are the registries without their passwords, which may be new on every run.
func accounts(registries []Registry) []Registry {
	var without []Registry
	for _, registry := range registries {
		without = append(without, Registry{Address: registry.Address, Username: registry.Username})
	}
	return without
}

// comparedSecrets leaves out what ignoreSecretsInDiffCalculation names and both sides have.
func comparedSecrets(olds, news ImageArgs) (map[string]string, map[string]string) {
	oldSecrets, newSecrets := maps.Clone(olds.Secrets), maps.Clone(news.Secrets)
	for _, name := range news.IgnoredSecrets {
		_, before := oldSecrets[name]
		_, now := newSecrets[name]
		if before && now {
			delete(oldSecrets, name)
			delete(newSecrets, name)
		}
	}
	return oldSecrets, newSecrets
}
