package main

import "github.com/pulumi/pulumi-go-provider/infer"

// ImageArgs are the inputs of an Image.
type ImageArgs struct {
	AddHosts       []string          `pulumi:"addHosts,optional"`
	BuildArgs      map[string]string `pulumi:"buildArgs,optional"`
	BuildOnPreview *bool             `pulumi:"buildOnPreview,optional"`
	Builder        *BuilderConfig    `pulumi:"builder,optional"`
	CacheFrom      []CacheFrom       `pulumi:"cacheFrom,optional"`
	CacheTo        []CacheTo         `pulumi:"cacheTo,optional"`
	Context        *BuildContext     `pulumi:"context,optional"`
	Dockerfile     *Dockerfile       `pulumi:"dockerfile,optional"`
	Exec           bool              `pulumi:"exec,optional"` // buildx is always executed
	Exports        []Export          `pulumi:"exports,optional"`
	IgnoredSecrets []string          `pulumi:"ignoreSecretsInDiffCalculation,optional"`
	Labels         map[string]string `pulumi:"labels,optional"`
	Load           bool              `pulumi:"load,optional"`
	Network        *NetworkMode      `pulumi:"network,optional"`
	NoCache        bool              `pulumi:"noCache,optional"`
	Platforms      []Platform        `pulumi:"platforms,optional"`
	Pull           bool              `pulumi:"pull,optional"`
	Push           bool              `pulumi:"push"`
	Registries     []Registry        `pulumi:"registries,optional"`
	Secrets        map[string]string `pulumi:"secrets,optional" provider:"secret"`
	SSH            []SSH             `pulumi:"ssh,optional"`
	Tags           []string          `pulumi:"tags,optional"`
	Target         string            `pulumi:"target,optional"`
}

// Annotate sets the defaults.
func (a *ImageArgs) Annotate(annotate infer.Annotator) {
	annotate.SetDefault(&a.BuildOnPreview, true)
	annotate.SetDefault(&a.Network, "default")
}

// ImageState is what the state keeps of an Image: its inputs, and what the build gave.
type ImageState struct {
	ImageArgs

	ContextHash string `pulumi:"contextHash"`
	Digest      string `pulumi:"digest"`
	Ref         string `pulumi:"ref"`
}

// Annotate describes the outputs.
func (s *ImageState) Annotate(annotate infer.Annotator) {
	annotate.Describe(&s.ContextHash, "A hash of what a local build context and Dockerfile hold.")
	annotate.Describe(&s.Digest, "The digest of the exported image; empty when nothing was exported.")
	annotate.Describe(&s.Ref, "The first tag, with the digest when the image was exported; empty without a tag.")
}

// BuilderConfig names the buildx builder; buildx's current one when it is empty.
type BuilderConfig struct {
	Name string `pulumi:"name,optional"`
}

// BuildContext is the folder or URL that is built, and others that the Dockerfile can name.
type BuildContext struct {
	Location string             `pulumi:"location"`
	Named    map[string]Context `pulumi:"named,optional"`
}

// Context is a named context: a folder, a URL, or an image as docker-image://….
type Context struct {
	Location string `pulumi:"location"`
}

// Dockerfile is a file, a URL, or the text itself.
type Dockerfile struct {
	Inline   string `pulumi:"inline,optional"`
	Location string `pulumi:"location,optional"`
}

// SSH is an agent's socket or keys that the build may use; the agent of $SSH_AUTH_SOCK without paths.
type SSH struct {
	ID    string   `pulumi:"id"`
	Paths []string `pulumi:"paths,optional"`
}
