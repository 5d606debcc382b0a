package remote

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/pkg/sftp"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/infer/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// CopyToRemote is command:remote:CopyToRemote: a file or folder put on a host. Deleting it leaves the copy.
type CopyToRemote struct{}

// CopyToRemoteInputs are what the program says.
type CopyToRemoteInputs struct {
	Connection *Connection          `pulumi:"connection" provider:"secret"`
	Source     types.AssetOrArchive `pulumi:"source"`
	RemotePath string               `pulumi:"remotePath"`
	Triggers   *[]any               `pulumi:"triggers,optional" provider:"replaceOnChanges"`
}

// CopyToRemoteOutputs are what the state keeps.
type CopyToRemoteOutputs struct{ CopyToRemoteInputs }

// Check refuses sources that are not documented, by the official plugin's names for them.
func (*CopyToRemote) Check(
	ctx context.Context, req infer.CheckRequest,
) (infer.CheckResponse[CopyToRemoteInputs], error) {
	inputs, failures, err := infer.DefaultCheck[CopyToRemoteInputs](ctx, req.NewInputs)
	asset, archive := inputs.Source.Asset, inputs.Source.Archive
	known := (asset != nil && (asset.IsPath() || asset.IsText())) || (archive != nil && archive.IsPath())
	if err == nil && len(failures) == 0 && !known {
		property := "asset"
		if archive != nil {
			property = "archive"
		}
		failures = append(failures, p.CheckFailure{
			Property: property, Reason: "must be a FileAsset, a StringAsset or a FileArchive, known at preview",
		})
	}
	return infer.CheckResponse[CopyToRemoteInputs]{Inputs: inputs, Failures: failures}, err
}

// Create copies; a preview copies nothing.
func (*CopyToRemote) Create(
	ctx context.Context, req infer.CreateRequest[CopyToRemoteInputs],
) (infer.CreateResponse[CopyToRemoteOutputs], error) {
	id, err := resource.NewUniqueHex(req.Name, 8, 0)
	if err == nil && !req.DryRun {
		err = req.Inputs.copy(ctx)
	}
	return infer.CreateResponse[CopyToRemoteOutputs]{ID: id, Output: CopyToRemoteOutputs{req.Inputs}}, err
}

// Update copies when the content or the target changed.
func (*CopyToRemote) Update(
	ctx context.Context, req infer.UpdateRequest[CopyToRemoteInputs, CopyToRemoteOutputs],
) (infer.UpdateResponse[CopyToRemoteOutputs], error) {
	changed := req.Inputs.hash() != req.State.hash() || req.Inputs.RemotePath != req.State.RemotePath
	var err error
	if changed && !req.DryRun {
		err = req.Inputs.copy(ctx)
	}
	return infer.UpdateResponse[CopyToRemoteOutputs]{Output: CopyToRemoteOutputs{req.Inputs}}, err
}

func (c *CopyToRemoteInputs) hash() string {
	if c.Source.Asset != nil {
		return c.Source.Asset.Hash
	}
	return c.Source.Archive.Hash
}

func (c *CopyToRemoteInputs) copy(ctx context.Context) error {
	return withSftp(ctx, c.Connection, func(client *sftp.Client) error {
		switch asset := c.Source.Asset; {
		case asset == nil:
			return put(client, c.Source.Archive.Path, c.RemotePath)
		case asset.IsText():
			return write(client, strings.NewReader(asset.Text), c.RemotePath)
		default:
			return put(client, asset.Path, c.RemotePath)
		}
	})
}

// CopyFile is command:remote:CopyFile, the deprecated form: any change replaces it.
type CopyFile struct{}

// CopyFileInputs are what the program says.
type CopyFileInputs struct {
	Connection *Connection `pulumi:"connection" provider:"secret"`
	LocalPath  string      `pulumi:"localPath"`
	RemotePath string      `pulumi:"remotePath"`
	Triggers   *[]any      `pulumi:"triggers,optional"`
}

// CopyFileOutputs are what the state keeps.
type CopyFileOutputs struct{ CopyFileInputs }

// Create copies; a preview copies nothing.
func (*CopyFile) Create(
	ctx context.Context, req infer.CreateRequest[CopyFileInputs],
) (infer.CreateResponse[CopyFileOutputs], error) {
	id, err := resource.NewUniqueHex(req.Name, 8, 0)
	if err == nil && !req.DryRun {
		err = withSftp(ctx, req.Inputs.Connection, func(client *sftp.Client) error {
			return putFile(client, req.Inputs.LocalPath, req.Inputs.RemotePath)
		})
	}
	return infer.CreateResponse[CopyFileOutputs]{ID: id, Output: CopyFileOutputs{req.Inputs}}, err
}

func withSftp(ctx context.Context, connection *Connection, use func(*sftp.Client) error) error {
	server, err := connection.dial(ctx)
	if err != nil {
		return err
	}
	defer server.Close()
	client, err := sftp.NewClient(server)
	if err != nil {
		return fmt.Errorf("sftp: %w", err)
	}
	defer func() { _ = client.Close() }()
	return use(client)
}

// put copies a file, or a folder with all that is in it. As with rsync, the folder itself is made in the target
// unless its name ends with a slash. A target that is a folder takes the file in.
func put(client *sftp.Client, source, target string) error {
	info, err := os.Stat(source)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		if there, err := client.Stat(target); err == nil && there.IsDir() {
			target = path.Join(target, filepath.Base(source))
		}
		return putFile(client, source, target)
	}
	if !strings.HasSuffix(source, "/") {
		target = path.Join(target, filepath.Base(source))
	}
	return filepath.WalkDir(source, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(source, name)
		if err != nil {
			return err
		}
		remote := path.Join(target, filepath.ToSlash(inside))
		if !entry.IsDir() {
			return putFile(client, name, remote)
		}
		if err := client.MkdirAll(remote); err != nil {
			return fmt.Errorf("making %s on the host: %w", remote, err)
		}
		return nil
	})
}

func putFile(client *sftp.Client, source, target string) error {
	file, err := os.Open(source)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	return write(client, file, target)
}

func write(client *sftp.Client, content io.Reader, target string) error {
	if err := client.MkdirAll(path.Dir(target)); err != nil {
		return fmt.Errorf("making %s on the host: %w", path.Dir(target), err)
	}
	file, err := client.Create(target)
	if err != nil {
		return fmt.Errorf("writing %s on the host: %w", target, err)
	}
	_, err = file.ReadFrom(content)
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("writing %s on the host: %w", target, err)
	}
	return nil
}
