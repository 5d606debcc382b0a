package main

import (
	"os"
	"slices"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// Export is one place that a build's result goes to.
type Export struct {
	Cacheonly *ExportCacheOnly `pulumi:"cacheonly,optional"`
	Disabled  bool             `pulumi:"disabled,optional"`
	Docker    *ExportDocker    `pulumi:"docker,optional"`
	Image     *ExportImage     `pulumi:"image,optional"`
	Local     *ExportLocal     `pulumi:"local,optional"`
	Oci       *ExportOCI       `pulumi:"oci,optional"`
	Raw       string           `pulumi:"raw,optional"`
	Registry  *ExportRegistry  `pulumi:"registry,optional"`
	Tar       *ExportTar       `pulumi:"tar,optional"`
}

// ExportCacheOnly exports nothing but caches.
type ExportCacheOnly struct{}

// ExportDocker gives a Docker image.
type ExportDocker struct {
	OciMediaTypes *bool `pulumi:"ociMediaTypes,optional" flag:"oci-mediatypes"`
	ImageFile
}

// Annotate sets the defaults.
func (e *ExportDocker) Annotate(a infer.Annotator) { a.SetDefault(&e.OciMediaTypes, false) }

// ExportOCI gives an OCI image.
type ExportOCI struct {
	OciMediaTypes *bool `pulumi:"ociMediaTypes,optional" flag:"oci-mediatypes"`
	ImageFile
}

// Annotate sets the defaults.
func (e *ExportOCI) Annotate(a infer.Annotator) { a.SetDefault(&e.OciMediaTypes, true) }

// ImageFile is what image exports to a file have.
type ImageFile struct {
	Dest string `pulumi:"dest,optional" flag:"dest"`
	Tar  *bool  `pulumi:"tar,optional" flag:"tar"`
	ImageExport
}

// Annotate sets the defaults.
func (e *ImageFile) Annotate(a infer.Annotator) { a.SetDefault(&e.Tar, true) }

// ExportImage keeps the image in the builder's image store.
type ExportImage struct {
	Push *bool `pulumi:"push,optional" flag:"push"`
	StoredImage
}

// ExportRegistry pushes the image.
type ExportRegistry struct {
	Push *bool `pulumi:"push,optional" flag:"push"`
	StoredImage
}

// Annotate sets the defaults.
func (e *ExportRegistry) Annotate(a infer.Annotator) { a.SetDefault(&e.Push, true) }

// StoredImage is what exports to an image store or a registry have.
type StoredImage struct {
	DanglingNamePrefix string `pulumi:"danglingNamePrefix,optional" flag:"dangling-name-prefix"`
	Insecure           *bool  `pulumi:"insecure,optional" flag:"registry.insecure"`
	NameCanonical      *bool  `pulumi:"nameCanonical,optional" flag:"name-canonical"`
	OciMediaTypes      *bool  `pulumi:"ociMediaTypes,optional" flag:"oci-mediatypes"`
	PushByDigest       *bool  `pulumi:"pushByDigest,optional" flag:"push-by-digest"`
	Store              *bool  `pulumi:"store,optional" flag:"store"`
	Unpack             *bool  `pulumi:"unpack,optional" flag:"unpack"`
	ImageExport
}

// Annotate sets the defaults.
func (e *StoredImage) Annotate(a infer.Annotator) {
	a.SetDefault(&e.OciMediaTypes, false)
	a.SetDefault(&e.Store, true)
}

// ImageExport is what every export of an image has. Names do not count when the Image has tags.
type ImageExport struct {
	Annotations map[string]string `pulumi:"annotations,optional" flag:"annotation"`
	Names       []string          `pulumi:"names,optional" flag:"name"`
	Compressed
}

// ExportLocal writes the image's files into a folder.
type ExportLocal struct {
	Dest string `pulumi:"dest" flag:"dest"`
}

// ExportTar writes the image's files into a tar file.
type ExportTar struct {
	Dest string `pulumi:"dest" flag:"dest"`
}

// Compressed says how layers are compressed. All of it is ignored without a level.
type Compressed struct {
	Compression      *CompressionType `pulumi:"compression,optional" flag:"compression"`
	CompressionLevel int              `pulumi:"compressionLevel,optional" flag:"compression-level"`
	ForceCompression *bool            `pulumi:"forceCompression,optional" flag:"force-compression"`
}

// Annotate sets the defaults.
func (c *Compressed) Annotate(a infer.Annotator) {
	a.SetDefault(&c.Compression, "gzip")
	a.SetDefault(&c.CompressionLevel, 0)
	a.SetDefault(&c.ForceCompression, false)
}

// output is the export as the value of --output. A registry is written as the image export it stands for: buildx
// pushes a `type=registry` even when it says push=false.
func (e Export) output() (flagValue, error) {
	value, err := chosen(e)
	if value.get("type") != "registry" {
		return value, err
	}
	value[slices.Index(value, attribute{"type", "registry"})].value = "image"
	for _, standard := range []attribute{{"push", "true"}, {"unpack", "false"}} {
		if value.get(standard.key) == "" {
			value = append(value, standard)
		}
	}
	return value, nil
}

// pushes tells whether an output goes to a registry.
func pushes(output flagValue) bool {
	return output.get("type") == "image" && output.get("push") == "true"
}

// toStandardOutput tells whether an output is written where buildx's log goes.
func toStandardOutput(output flagValue) bool {
	switch dest := output.get("dest"); output.get("type") {
	case "tar":
		return dest == "" || dest == "-"
	case "oci":
		return dest == "-" || dest == "" && output.get("tar") != "false"
	case "docker":
		return dest == "-"
	}
	return output.get("") == "-"
}

// missing tells whether a local export's files are not there (any more).
func (e Export) missing() bool {
	if e.Local != nil {
		files, err := os.ReadDir(e.Local.Dest)
		return err != nil || len(files) == 0
	}
	if e.Tar != nil {
		_, err := os.Stat(e.Tar.Dest)
		return err != nil
	}
	return false
}
