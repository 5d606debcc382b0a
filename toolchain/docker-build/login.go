package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	// dockerHub is the name that clients of Docker Hub know it by.
	dockerHub = "index.docker.io"
	// dockerHubKey is the name of its login in config.json.
	dockerHubKey = "https://index.docker.io/v1/"
)

// loginEnv makes a Docker configuration inside `folder` that is the user's with these logins in the place of all others,
// and gives the environment that makes buildx use it. The user's builders, contexts and CLI plugins stay in reach.
func loginEnv(folder string, logins []Registry) ([]string, error) {
	users, err := dockerConfigFolder()
	if err != nil {
		return nil, err
	}
	config := filepath.Join(folder, "config")
	if err := os.Mkdir(config, 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(users)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, entry := range entries {
		if entry.Name() == "config.json" {
			continue
		}
		if err := os.Symlink(filepath.Join(users, entry.Name()), filepath.Join(config, entry.Name())); err != nil {
			return nil, err
		}
	}
	text, err := withLogins(filepath.Join(users, "config.json"), logins)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(config, "config.json"), text, 0o600); err != nil {
		return nil, err
	}
	env := []string{"DOCKER_CONFIG=" + config}
	if os.Getenv("BUILDX_CONFIG") == "" {
		env = append(env, "BUILDX_CONFIG="+filepath.Join(users, "buildx"))
	}
	return env, nil
}

func dockerConfigFolder() (string, error) {
	if folder := os.Getenv("DOCKER_CONFIG"); folder != "" {
		return filepath.Abs(folder)
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".docker"), err
}

// withLogins is the text of a config.json with these logins alone and without credential helpers. One that cannot be
// read is taken for empty, as Docker's command line does.
func withLogins(file string, logins []Registry) ([]byte, error) {
	config := map[string]any{}
	if text, err := os.ReadFile(file); err != nil || json.Unmarshal(text, &config) != nil {
		config = map[string]any{}
	}
	auths := map[string]any{}
	for _, login := range slices.Backward(logins) { // the first one for a registry is written last
		key := registryHost(login.Address)
		if key == dockerHub {
			key = dockerHubKey
		}
		account := base64.StdEncoding.EncodeToString([]byte(login.Username + ":" + login.Password))
		auths[key] = map[string]string{"auth": account}
	}
	config["auths"] = auths
	delete(config, "credHelpers")
	delete(config, "credsStore")
	return json.Marshal(config)
}

// registryHost is the host of a registry's address, which may be given as a URL or with a repository.
func registryHost(address string) string {
	address = strings.TrimPrefix(strings.TrimPrefix(address, "https://"), "http://")
	host, _, _ := strings.Cut(address, "/")
	switch host {
	case "docker.io", "registry-1.docker.io", dockerHub:
		return dockerHub
	}
	return host
}
