package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"reflect"

	"github.com/distribution/reference"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
)

// Index is an image index that joins images of several platforms under one tag.
type Index struct{}

// Annotate describes the resource.
func (i *Index) Annotate(a infer.Annotator) {
	a.Describe(&i, "An index of existing images, made with `buildx imagetools create`.")
}

// IndexArgs are the inputs of an Index.
type IndexArgs struct {
	Push     *bool     `pulumi:"push,optional"`
	Registry *Registry `pulumi:"registry,optional"`
	Sources  []string  `pulumi:"sources"`
	Tag      string    `pulumi:"tag"`
}

// Annotate sets the defaults.
func (a *IndexArgs) Annotate(annotate infer.Annotator) { annotate.SetDefault(&a.Push, true) }

// IndexState is what the state keeps of an Index.
type IndexState struct {
	IndexArgs

	Ref string `pulumi:"ref"`
}

// Annotate describes the outputs.
func (s *IndexState) Annotate(a infer.Annotator) {
	a.Describe(&s.Ref, "The tag with the digest; the tag alone when the index was not pushed.")
}

func (a IndexArgs) pushed() bool { return a.Push == nil || *a.Push }

func (a IndexArgs) logins() []Registry {
	if a.Registry == nil {
		return nil
	}
	return []Registry{*a.Registry}
}

// Check tells names that are none, by the official plugin's names for the inputs. What is not known yet is empty and
// passes.
func (Index) Check(ctx context.Context, req infer.CheckRequest) (infer.CheckResponse[IndexArgs], error) {
	args, failures, err := infer.DefaultCheck[IndexArgs](ctx, req.NewInputs)
	if err != nil || len(failures) > 0 {
		return infer.CheckResponse[IndexArgs]{Inputs: args, Failures: failures}, err
	}
	var found problems
	check := func(property, name string) {
		if _, err := reference.ParseNormalizedNamed(name); name != "" && err != nil {
			found.add(property, "%q is not an image's name: %v", name, err)
		}
	}
	check("target", args.Tag)
	for i, source := range args.Sources {
		check(fmt.Sprintf("refs[%d]", i), source)
	}
	return infer.CheckResponse[IndexArgs]{Inputs: args, Failures: found}, nil
}

// Diff replaces the index when it moves to another tag or registry; else it is made again in place. Whether it is pushed
// is not compared.
func (Index) Diff(_ context.Context, req infer.DiffRequest[IndexArgs, IndexState]) (p.DiffResponse, error) {
	olds, news := req.State.IndexArgs, req.Inputs
	changed := map[string]p.PropertyDiff{}
	compare := func(name string, old, new any, kind p.DiffKind) {
		if !reflect.DeepEqual(old, new) {
			changed[name] = p.PropertyDiff{Kind: kind}
		}
	}
	compare("tag", olds.Tag, news.Tag, p.UpdateReplace)
	compare("sources", olds.Sources, news.Sources, p.Update)
	if olds.Registry != nil && news.Registry != nil {
		compare("registry.address", olds.Registry.Address, news.Registry.Address, p.UpdateReplace)
		compare("registry.username", olds.Registry.Username, news.Registry.Username, p.Update)
	} else {
		compare("registry", olds.Registry, news.Registry, p.Update)
	}
	return p.DiffResponse{HasChanges: len(changed) > 0, DetailedDiff: changed}, nil
}

// Create makes the index.
func (Index) Create(ctx context.Context, req infer.CreateRequest[IndexArgs]) (infer.CreateResponse[IndexState], error) {
	state, err := makeIndex(ctx, req.Inputs, req.DryRun)
	return infer.CreateResponse[IndexState]{ID: req.Name, Output: state}, err
}

// Update makes the index again.
func (Index) Update(
	ctx context.Context, req infer.UpdateRequest[IndexArgs, IndexState],
) (infer.UpdateResponse[IndexState], error) {
	state, err := makeIndex(ctx, req.Inputs, req.DryRun)
	return infer.UpdateResponse[IndexState]{Output: state}, err
}

func makeIndex(ctx context.Context, args IndexArgs, preview bool) (IndexState, error) {
	state := IndexState{IndexArgs: args, Ref: args.Tag}
	if preview {
		return state, nil
	}
	folder, err := os.MkdirTemp("", "docker-build-")
	if err != nil {
		return state, err
	}
	defer os.RemoveAll(folder)
	run := buildxRun{
		args:   []string{"imagetools", "create", "--progress=plain", "--tag=" + args.Tag},
		logins: logins(ctx, args.logins()...),
		folder: folder,
	}
	if !args.pushed() {
		run.args = append(run.args, "--dry-run")
	}
	run.args = append(run.args, args.Sources...)
	if err := run.do(ctx); err != nil {
		return state, fmt.Errorf("creating: %w", err)
	}
	if !args.pushed() {
		return state, nil
	}
	digest, err := newRegistryClient(ctx, args.logins()).digest(ctx, args.Tag)
	if err != nil {
		return state, fmt.Errorf("reading: %w", err)
	}
	if ref, ok := withDigest(args.Tag, digest); ok {
		state.Ref = ref
	}
	return state, nil
}

// Read looks the tag up: an index that is gone leaves the state, one that moved changes `ref`. A login that is refused
// changes nothing; any other answer, or none, is an error.
func (Index) Read(
	ctx context.Context, req infer.ReadRequest[IndexArgs, IndexState],
) (infer.ReadResponse[IndexArgs, IndexState], error) {
	state := IndexState{IndexArgs: req.Inputs, Ref: req.Inputs.Tag}
	found := infer.ReadResponse[IndexArgs, IndexState]{ID: req.ID, Inputs: req.Inputs, State: state}
	if !req.Inputs.pushed() {
		return found, nil
	}
	digest, err := newRegistryClient(ctx, req.Inputs.logins()).digest(ctx, req.Inputs.Tag)
	switch ref, ok := withDigest(req.Inputs.Tag, digest); {
	case statusOf(err) == http.StatusUnauthorized:
		p.GetLogger(ctx).Warning("invalid credentials, skipping")
	case err != nil:
		return found, fmt.Errorf("fetching %q: %w", req.Inputs.Tag, err)
	case digest == "":
		found.ID = ""
	case ok:
		found.State.Ref = ref
	}
	return found, nil
}

// Delete asks the registry to delete the index. One that refuses that is warned of.
func (Index) Delete(ctx context.Context, req infer.DeleteRequest[IndexState]) (infer.DeleteResponse, error) {
	if !req.State.pushed() {
		return infer.DeleteResponse{}, nil
	}
	err := newRegistryClient(ctx, req.State.logins()).delete(ctx, req.State.Ref)
	if statusOf(err) != 0 {
		p.GetLogger(ctx).Warning("this registry does not support deletions")
		return infer.DeleteResponse{}, nil
	}
	return infer.DeleteResponse{}, err
}
