package local

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gobwas/glob"
	"github.com/pulumi/pulumi-go-provider/infer/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// withFiles adds the files that `assetPaths` and `archivePaths` name.
func withFiles(out BaseOutputs, in BaseInputs) (BaseOutputs, error) {
	if in.AssetPaths != nil {
		found, err := files(value(in.Dir), *in.AssetPaths)
		if err != nil {
			return out, fmt.Errorf("assetPaths: %w", err)
		}
		assets := make(map[string]types.AssetOrArchive, len(found))
		for path, asset := range found {
			assets[path] = types.AssetOrArchive{Asset: asset}
		}
		out.Assets = &assets
	}
	if in.ArchivePaths != nil {
		found, err := files(value(in.Dir), *in.ArchivePaths)
		if err != nil {
			return out, fmt.Errorf("archivePaths: %w", err)
		}
		members := make(map[string]any, len(found))
		for path, asset := range found {
			members[path] = asset
		}
		if out.Archive, err = resource.NewAssetArchive(members); err != nil {
			return out, fmt.Errorf("archivePaths: %w", err)
		}
	}
	return out, nil
}

// files are those under dir that the last matching pattern includes, by their path from dir.
func files(dir string, patterns []string) (map[string]*resource.Asset, error) {
	if dir == "" {
		dir = "."
	}
	rules := make([]glob.Glob, len(patterns))
	for i, pattern := range patterns {
		var err error
		if rules[i], err = glob.Compile(strings.TrimPrefix(pattern, "!"), '/'); err != nil {
			return nil, fmt.Errorf("%s: %w", pattern, err)
		}
	}
	found := map[string]*resource.Asset{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		included := false
		for i, rule := range rules {
			if rule.Match(path) {
				included = !strings.HasPrefix(patterns[i], "!")
			}
		}
		if included {
			found[path], err = resource.NewPathAsset(filepath.Join(dir, path))
		}
		return err
	})
	return found, err
}
