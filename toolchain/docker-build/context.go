package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// remoteURL tells the locations that the builder fetches by itself.
var remoteURL = regexp.MustCompile(`^(https?://|git://|ssh://|github\.com/|[\w-]+@[^/]+:)`)

// contextHash hashes what the build sees on this machine: the Dockerfile's bytes, then contents, path and full mode of
// each file of the context, then of each named context. As in the official plugin, the ignore rules of the context
// also hold for the named ones, so a change of a file there can go unnoticed. What is remote or missing adds nothing.
func contextHash(args ImageArgs) (string, error) {
	digest := sha256.New()
	dockerfile := ""
	if args.Dockerfile != nil && isFile(args.Dockerfile.Location) {
		dockerfile = args.Dockerfile.Location
		text, err := os.ReadFile(dockerfile)
		if err != nil {
			return "", err
		}
		digest.Write(text)
	}
	if args.Context == nil {
		return hex.EncodeToString(digest.Sum(nil)), nil
	}

	ignored, err := ignoreRules(dockerfile, args.Context.Location)
	if err != nil {
		return "", err
	}
	locations := []string{args.Context.Location}
	for _, name := range slices.Sorted(maps.Keys(args.Context.Named)) {
		locations = append(locations, args.Context.Named[name].Location)
	}
	for _, location := range locations {
		if !isFolder(location) {
			continue
		}
		if err := hashFolder(digest, location, ignored); err != nil {
			return "", fmt.Errorf("hashing the build context %q: %w", location, err)
		}
	}
	return hex.EncodeToString(digest.Sum(nil)), nil
}

// ignoreRules reads <Dockerfile>.dockerignore, or else the context's .dockerignore.
func ignoreRules(dockerfile, folder string) (*patternmatcher.PatternMatcher, error) {
	candidates := []string{filepath.Join(folder, ".dockerignore")}
	if dockerfile != "" {
		candidates = append([]string{dockerfile + ".dockerignore"}, candidates...)
	}
	for _, name := range candidates {
		file, err := os.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		defer file.Close()
		patterns, err := ignorefile.ReadAll(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return patternmatcher.New(patterns)
	}
	return patternmatcher.New(nil)
}

// hashFolder adds the folder's files in the order of their names.
func hashFolder(digest hash.Hash, folder string, ignored *patternmatcher.PatternMatcher) error {
	root, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return err
	}
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		relative, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		skip, err := ignored.MatchesOrParentMatches(relative)
		if err != nil {
			return err
		}
		if skip && entry.IsDir() && !ignored.Exclusions() {
			return filepath.SkipDir
		}
		if skip || entry.IsDir() {
			return nil
		}
		return hashFile(digest, path, filepath.ToSlash(relative), entry)
	})
}

// hashFile adds a file; of a symbolic link what it points to, or nothing when that is a folder. Sockets, pipes and
// devices add nothing.
func hashFile(digest hash.Hash, path, name string, entry fs.DirEntry) error {
	info, err := entry.Info()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() && info.Mode().Type() != fs.ModeSymlink {
		return nil
	}
	if isFolder(path) {
		return nil
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := io.Copy(digest, file); err != nil {
		return err
	}
	digest.Write([]byte(name + info.Mode().String()))
	return nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}
