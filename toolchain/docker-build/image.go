package main

import (
	"context"
	"slices"

	"github.com/distribution/reference"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
)

// Image is an image built by buildx.
type Image struct{}

// Annotate describes the resource.
func (i *Image) Annotate(a infer.Annotator) { a.Describe(&i, "A Docker image built using buildx.") }

// Create builds. In a preview it builds without pushing, unless buildOnPreview is false, an input is unknown, or push or
// load is set. The id is the digest.
func (Image) Create(ctx context.Context, req infer.CreateRequest[ImageArgs]) (infer.CreateResponse[ImageState], error) {
	state, err := makeImage(ctx, req.Inputs, req.DryRun)
	id := req.Name
	if state.Digest != "" {
		id = state.Digest
	}
	return infer.CreateResponse[ImageState]{ID: id, Output: state}, err
}

// Update builds again. The id stays that of the first build.
func (Image) Update(
	ctx context.Context, req infer.UpdateRequest[ImageArgs, ImageState],
) (infer.UpdateResponse[ImageState], error) {
	state, err := makeImage(ctx, req.Inputs, req.DryRun)
	return infer.UpdateResponse[ImageState]{Output: state}, err
}

func makeImage(ctx context.Context, args ImageArgs, preview bool) (ImageState, error) {
	state := ImageState{ImageArgs: args, Ref: firstName(args.Tags)}
	err := needBuildKit(ctx)
	if err != nil {
		return state, err
	}
	args.warn(p.GetLogger(ctx))
	if state.ContextHash, err = contextHash(args); err != nil {
		return state, err
	}
	if preview && args.BuildOnPreview != nil && !*args.BuildOnPreview {
		return state, nil
	}
	// The official plugin takes what push and load stand for to be unknown.
	if preview && (hasUnknown(ctx) || args.Push || args.Load) {
		p.GetLogger(ctx).Warning("Skipping preview build because some inputs are unknown.")
		return state, nil
	}
	state.Digest, err = build(ctx, args, preview)
	for _, tag := range args.Tags {
		if ref, ok := withDigest(tag, state.Digest); ok {
			state.Ref = ref
			break
		}
	}
	return state, err
}

// Read asks the registry for the digest under each tag's repository. A tag whose image is gone leaves the state, which
// makes the next update push it again; when all are gone so is the resource. A registry that does not answer changes
// nothing.
func (Image) Read(
	ctx context.Context, req infer.ReadRequest[ImageArgs, ImageState],
) (infer.ReadResponse[ImageArgs, ImageState], error) {
	found := infer.ReadResponse[ImageArgs, ImageState]{ID: req.ID, Inputs: req.Inputs, State: req.State}
	if !slices.ContainsFunc(req.State.outputs(), pushes) {
		return found, nil
	}
	registry := newRegistryClient(ctx, req.Inputs.Registries)
	var kept []string
	for _, tag := range req.State.Tags {
		ref, ok := withDigest(tag, req.State.Digest)
		if !ok {
			kept = append(kept, tag) // never pushed
			break
		}
		exists, err := registry.exists(ctx, ref)
		if err != nil {
			p.GetLogger(ctx).Warning("unable to verify image tags, leaving state unchanged: " + err.Error())
			return found, nil
		}
		if exists {
			kept = append(kept, tag)
		} else {
			p.GetLogger(ctx).Warningf("%s: not found", ref)
		}
	}
	if len(kept) == 0 && len(req.State.Tags) > 0 {
		found.ID = ""
		return found, nil
	}
	found.State.Tags = kept
	return found, nil
}

// Delete asks each tag's registry to delete the last digest. Many registries refuse that, so errors are passed over.
func (Image) Delete(ctx context.Context, req infer.DeleteRequest[ImageState]) (infer.DeleteResponse, error) {
	registry := newRegistryClient(ctx, req.State.Registries)
	var refs []string
	for _, tag := range req.State.Tags {
		named, err := reference.ParseNamed(tag)
		if err == nil && req.State.Digest != "" {
			refs = append(refs, named.Name()+"@"+req.State.Digest)
		}
	}
	slices.Sort(refs)
	for _, ref := range slices.Compact(refs) {
		if err := registry.delete(ctx, ref); err != nil {
			p.GetLogger(ctx).Debugf("%s: not deleted: %v", ref, err)
		}
	}
	return infer.DeleteResponse{}, nil
}

// firstName is the first tag that is an image's name; empty without one.
func firstName(tags []string) string {
	for _, tag := range tags {
		if _, err := reference.ParseNormalizedNamed(tag); err == nil {
			return tag
		}
	}
	return ""
}

// withDigest is `tag@digest`; not for a tag without a registry, which was pushed nowhere.
func withDigest(tag, digest string) (string, bool) {
	_, err := reference.ParseNamed(tag)
	return tag + "@" + digest, err == nil && digest != ""
}
