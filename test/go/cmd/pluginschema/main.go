// Command pluginschema loads the files of a plugin's schema as a host does, and prints what it has then.
package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	sdkapi "github.com/grafana/grafana-plugin-sdk-go/experimental/apis/datasource/v0alpha1"
	"github.com/grafana/grafana-plugin-sdk-go/experimental/pluginschema"
	"sigs.k8s.io/yaml"
)

const usage = `usage:
  pluginschema composite|single DIR APIVERSION
`

func main() {
	if len(os.Args) != 4 {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	schema, err := load(os.Args[1], os.DirFS(os.Args[2]), os.Args[3])
	if err == nil {
		encoder := json.NewEncoder(os.Stdout)
		encoder.SetEscapeHTML(false)
		err = encoder.Encode(schema)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func load(layout string, files fs.FS, apiVersion string) (*pluginschema.PluginSchema, error) {
	if err := checkMembers(layout, files, apiVersion); err != nil {
		return nil, err
	}
	provider := pluginschema.NewSchemaProvider(files)
	if layout == "composite" {
		provider = pluginschema.NewCompositeFileSchemaProvider(files)
	}
	schema, err := provider.Get(apiVersion)
	if err != nil {
		return nil, err
	}
	if schema.Routes != nil {
		if err := schema.Routes.AssertPrefixes("/resources", "/proxy"); err != nil {
			return nil, err
		}
	}
	return schema, nil
}

// checkMembers fails for a member that the SDK's types do not have: loading would leave it out without a word.
func checkMembers(layout string, files fs.FS, apiVersion string) error {
	if layout == "single" {
		return strict(files, apiVersion+".json", &pluginschema.PluginSchema{})
	}
	types := map[string]any{
		"settings":          &pluginschema.Settings{},
		"settings.examples": &pluginschema.SettingsExamples{},
		"routes":            &pluginschema.Routes{},
		"query.types":       &sdkapi.QueryTypeDefinitionList{},
		"query.examples":    &sdkapi.QueryExamples{},
	}
	entries, err := fs.ReadDir(files, apiVersion)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		into, ok := types[strings.TrimSuffix(entry.Name(), ".json")]
		if !ok {
			return fmt.Errorf("%s is not a file that is loaded", entry.Name())
		}
		if err := strict(files, path.Join(apiVersion, entry.Name()), into); err != nil {
			return err
		}
	}
	return nil
}

func strict(files fs.FS, name string, into any) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	if err := yaml.UnmarshalStrict(text, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
