"""YAML with its comments and styles, read and written again as go.yaml.in/yaml/v3 and kyaml do."""
